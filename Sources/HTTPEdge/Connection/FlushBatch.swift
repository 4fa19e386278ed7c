internal import NIOCore

/// The connections whose answers are sent together, when no more requests wait to be read.
///
/// The first bytes that are sent wake whoever reads them, which takes longer than to send them. When many connections
/// have something to send, what is sent behind the first mostly finds its reader awake.
final class FlushBatch: Sendable {
    /// The largest answer that is worth waiting with, in bytes; many large ones would fill the memory.
    static let largest = 16 << 10

    private let connections: NIOLoopBoundBox<[HTTPConnection]>
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        connections = .makeBoxSendingValue([], eventLoop: eventLoop)
        self.eventLoop = eventLoop
    }

    /// Sends what a connection has written, soon.
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
