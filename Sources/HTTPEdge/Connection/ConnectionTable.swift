internal import NIOCore
internal import Synchronization

/// The open connections of a server, for the limit and the stop.
final class ConnectionTable: Sendable {
    private struct Entry {
        let connection: NIOLoopBound<HTTPConnection>
        let number: Int
        /// The socket; nil where there is none.
        let descriptor: CInt?
    }

    private struct State {
        var open: [ObjectIdentifier: Entry] = [:]
        /// The latest of them, the oldest first.
        var latest: [(number: Int, descriptor: CInt)] = []
        var isStopping = false
        /// The number of connections so far.
        var total = 0
        var drained: EventLoopPromise<Void>?
    }

    /// The maximum number of open connections that are the latest.
    private static let maximumLatest = 16

    private let state = Mutex(State())

    /// The number of open connections.
    var count: Int { state.withLock { $0.open.count } }

    /// The number of the next connection.
    func nextNumber() -> Int {
        state.withLock { state in
            state.total += 1
            return state.total
        }
    }

    /// Adds a connection with its number and socket.
    func add(_ connection: HTTPConnection, _ number: Int, _ descriptor: CInt?, loop: any EventLoop) {
        let isStopping = state.withLock { state in
            state.open[ObjectIdentifier(connection)] = Entry(
                connection: NIOLoopBound(connection, eventLoop: loop), number: number, descriptor: descriptor)
            if let descriptor {
                if state.latest.count == Self.maximumLatest { state.latest.removeFirst() }
                state.latest.append((number, descriptor))
            }
            return state.isStopping
        }
        if isStopping { connection.stop() }
    }

    /// The numbers and sockets of some open connections, and the number of the latest connection.
    func descriptors(atMost maximum: Int) -> (open: [(number: Int, descriptor: CInt)], latest: Int) {
        state.withLock { state in
            let open = state.open.values.prefix(maximum)
            return (open.compactMap { entry in entry.descriptor.map { (entry.number, $0) } }, state.total)
        }
    }

    /// The numbers and sockets of the latest connections that are open.
    var latest: [(number: Int, descriptor: CInt)] { state.withLock(\.latest) }

    func remove(_ connection: HTTPConnection) {
        let drained = state.withLock { state -> EventLoopPromise<Void>? in
            let removed = state.open.removeValue(forKey: ObjectIdentifier(connection))
            state.latest.removeAll { $0.number == removed?.number }
            return state.open.isEmpty ? state.drained : nil
        }
        drained?.succeed()
    }

    /// Closes idle connections, lets the others finish their answer, and aborts those still open after the grace
    /// period.
    func drain(grace: Duration, on loop: any EventLoop) -> EventLoopFuture<Void> {
        let drained = loop.makePromise(of: Void.self)
        let open = state.withLock { state in
            state.isStopping = true
            state.drained = drained
            return state.open.values.map(\.connection)
        }
        guard !open.isEmpty else {
            drained.succeed()
            return drained.futureResult
        }
        for connection in open { connection.eventLoop.execute { connection.value.stop() } }
        let alarm = loop.scheduleTask(in: TimeAmount(grace)) {
            let late = self.state.withLock { $0.open.values.map(\.connection) }
            for connection in late { connection.eventLoop.execute { connection.value.abort() } }
        }
        drained.futureResult.whenComplete { _ in alarm.cancel() }
        return drained.futureResult
    }
}
