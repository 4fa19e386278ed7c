internal import NIOCore

/// The connections whose answers are sent together, when no more requests wait to be read.
///
/// Sending the first bytes wakes the reading process, which takes longer than sending. When several connections have
/// something to send, the reader is usually awake by the second one.
final class FlushBatch: Sendable {
    /// The largest answer to delay, in bytes; many large ones would fill the memory.
    static let largest = 16 << 10

    private let connections: NIOLoopBoundBox<[HTTPConnection]>
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        connections = .makeBoxSendingValue([], eventLoop: eventLoop)
        self.eventLoop = eventLoop
    }

    /// Sends the written bytes of a connection, soon.
    func add(_ connection: HTTPConnection) {
        if connections.value.isEmpty { eventLoop.execute { self.flush() } }
        connections.value.append(connection)
    }

    private func flush() {
        let connections = connections.value
        self.connections.value.removeAll(keepingCapacity: true)
        for connection in connections { connection.flush() }
    }
}
