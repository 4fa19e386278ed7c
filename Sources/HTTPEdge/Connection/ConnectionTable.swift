internal import NIOCore
internal import Synchronization

/// The open connections of a server, for the limit and the stop.
final class ConnectionTable: Sendable {
    private struct Entry {
        let connection: NIOLoopBound<HTTPConnection>
        /// The socket; nil where there is none.
        let descriptor: CInt?
    }

    private struct State {
        /// By number.
        var open: [Int: Entry] = [:]
        /// Those that carried the latest answers with which later requests are compared, the oldest first.
        var compared: [(number: Int, ends: UnreadAnswers.Ends)] = []
        var isStopping = false
        /// The number of connections so far.
        var total = 0
        var drained: EventLoopPromise<Void>?
    }

    /// The maximum number of connections whose answers are compared with later requests.
    private static let maximumCompared = 16

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
            state.open[number] = Entry(
                connection: NIOLoopBound(connection, eventLoop: loop), descriptor: descriptor)
            return state.isStopping
        }
        if isStopping { connection.stop() }
    }

    /// The numbers and sockets of some open connections, and the number of the latest connection.
    func descriptors(atMost maximum: Int) -> (open: [(number: Int, descriptor: CInt)], latest: Int) {
        state.withLock { state in
            let open = state.open.prefix(maximum)
            return (open.compactMap { number, entry in entry.descriptor.map { (number, $0) } }, state.total)
        }
    }

    /// Notes that a connection carries an answer with which later requests are compared, and returns the other open
    /// ones that have carried one, the latest.
    func noteCompared(_ number: Int) -> [(number: Int, ends: UnreadAnswers.Ends)] {
        state.withLock { state in
            let known = state.compared.firstIndex { $0.number == number }.map { state.compared.remove(at: $0).ends }
            defer {
                if let ends = known ?? state.open[number]?.descriptor.flatMap(UnreadAnswers.Ends.init) {
                    if state.compared.count == Self.maximumCompared { state.compared.removeFirst() }
                    state.compared.append((number, ends))
                }
            }
            return state.compared
        }
    }

    func remove(_ number: Int) {
        let drained = state.withLock { state -> EventLoopPromise<Void>? in
            state.open[number] = nil
            state.compared.removeAll { $0.number == number }
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
