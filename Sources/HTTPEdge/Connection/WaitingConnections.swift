internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The connections in the system's queue, which clients have opened and the server has not accepted yet.
struct WaitingConnections: Sendable {
    private let listeners: [CInt]

    /// - Parameter listeners: the listening channels, which stay open while this is used.
    init(_ listeners: [any Channel]) async {
        var descriptors: [CInt] = []
        for listener in listeners {
            let descriptor = listener.eventLoop.submit {
                try listener.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: CInt.self) { $0 }
            }
            if let descriptor = try? await descriptor.get() { descriptors.append(descriptor) }
        }
        self.listeners = descriptors
    }

    /// Whether there is none.
    var isEmpty: Bool {
        var polled = listeners.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        return poll(&polled, nfds_t(polled.count), 0) <= 0 || polled.allSatisfy { $0.revents & Int16(POLLIN) == 0 }
    }
}
