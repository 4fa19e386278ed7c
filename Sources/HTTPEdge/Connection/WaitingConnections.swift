internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The connections on which something has arrived that the server has not read yet, as the system knows.
struct WaitingConnections: Sendable {
    /// The maximum number of open connections that are asked, and of numbers.
    private static let (maximum, maximumNumbers) = (256, 64)

    private let listeners: [CInt]
    private let connections: ConnectionTable

    /// - Parameters:
    ///   - listeners: the listening channels, which stay open while this is used.
    ///   - connections: the open connections.
    init(_ listeners: [any Channel], _ connections: ConnectionTable) async {
        var descriptors: [CInt] = []
        for listener in listeners {
            let descriptor = listener.eventLoop.submit {
                try listener.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: CInt.self) { $0 }
            }
            if let descriptor = try? await descriptor.get() { descriptors.append(descriptor) }
        }
        (self.listeners, self.connections) = (descriptors, connections)
    }

    /// The numbers of the open connections with unread input, and the one that the next connection will have if it is
    /// in the system's queue already; called on the event loop, which closes no connection meanwhile.
    var numbers: [Int] {
        let (open, latest) = connections.descriptors(atMost: Self.maximum)
        var polled = (listeners + open.map(\.descriptor)).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&polled, nfds_t(polled.count), 0) > 0 else { return [] }
        let isReadable = polled.map { $0.revents & Int16(POLLIN) != 0 }
        let unread = zip(open, isReadable.dropFirst(listeners.count)).filter { $1 && Self.hasInput($0.descriptor) }
        let isQueued = isReadable.prefix(listeners.count).contains(true)
        return (isQueued ? [latest + 1] : []) + unread.prefix(Self.maximumNumbers).map(\.0.number)
    }

    /// The numbers of the other connections for which this was asked of late, and whose clients have not read all that
    /// was sent to them.
    func unread(besides number: Int) -> [Int] { UnreadAnswers.numbers(among: connections.noteCompared(number)) }

    /// Whether a readable connection has bytes; the end of the input is readable, too.
    private static func hasInput(_ descriptor: CInt) -> Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT)) > 0
    }
}
