internal import Synchronization

/// The timeouts of a request.
///
/// MCP 2025-11-25, basic/lifecycle, "Timeouts": progress may reset the clock, and there should be a maximum
/// nevertheless.
public struct Timeouts: Sendable {
    /// The maximum time without a sign of life, which is the head of the answer or an event in it; nil for no limit.
    public var idle: Duration?
    /// The maximum time from the head of the answer to its end; nil for no limit.
    public var total: Duration?

    /// Makes timeouts.
    public init(idle: Duration?, total: Duration?) { (self.idle, self.total) = (idle, total) }

    /// No timeouts, because the caller has its own.
    public static let unlimited = Timeouts(idle: nil, total: nil)

    /// The maximum duration of a request that keeps giving signs of life.
    static let longestTotal = Duration.seconds(3600)
}

/// The clock of one request.
final class AnswerClock: Sendable {
    private struct State {
        var start = ContinuousClock.now
        var lastSign = ContinuousClock.now
        var hadSign = false
        /// The number of messages being handed over, a time that does not count.
        var held = 0
    }

    private let timeouts: Timeouts
    private let state = Mutex(State())

    init(_ timeouts: Timeouts) { self.timeouts = timeouts }

    /// Restarts: the request is sent, or the head of its answer has arrived.
    func restart() { state.withLock { ($0.start, $0.lastSign, $0.hadSign) = (.now, .now, false) } }

    /// Records a sign of life from the server.
    func sign() {
        state.withLock {
            $0.lastSign = .now
            $0.hadSign = true
        }
    }

    /// Runs slow work on this side; the idle time starts anew after it.
    func hold(isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> Void) async rethrows {
        state.withLock { $0.held += 1 }
        defer {
            state.withLock {
                $0.held -= 1
                $0.lastSign = .now
                $0.hadSign = true
            }
        }
        try await work()
    }

    /// Runs work until a timeout; the work is cancelled then.
    ///
    /// - Throws: ``ClientError`` of kind `network` with the code `timeout`.
    func bound<Value: Sendable>(
        _ url: String, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard timeouts.idle != nil || timeouts.total != nil else { return try await work() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask { [self] in
                try await run()
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else { throw failure(url) }
            return value
        }
    }

    /// Returns at a timeout.
    private func run() async throws {
        while true {
            let now = ContinuousClock.now
            let state = state.withLock { $0 }
            let idleEnd = timeouts.idle.map { (state.held > 0 ? now : state.lastSign) + $0 }
            guard let end = [idleEnd, timeouts.total.map { state.start + $0 }].compactMap({ $0 }).min(), end > now
            else {
                return
            }
            try await Alarms.shared.wait(until: end)
        }
    }

    private func failure(_ url: String) -> ClientError {
        let (hadSign, end) = state.withLock { state in (state.hadSign, timeouts.total.map { state.start + $0 }) }
        let problem =
            if let total = timeouts.total, let end, end <= ContinuousClock.now {
                "did not finish its answer within \(total.inSeconds) seconds"
            } else if hadSign {
                "did not go on with its answer for \(timeouts.idle?.inSeconds ?? "many") seconds"
            } else {
                "did not finish its answer within \(timeouts.idle?.inSeconds ?? "many") seconds"
            }
        return ClientError(
            .network, "\(url.withoutQuery) \(problem).", advice: .raiseTimeout, code: "timeout")
    }
}
