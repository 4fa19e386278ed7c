internal import Logging
internal import Synchronization

/// Redis, as far as it can be reached: notices its loss and its return.
final class RedisLink: Sendable {
    /// Redis cannot be reached at present.
    struct Away: Error {}

    private struct State {
        var connection: RedisEndpoint.Connection?
        /// Whether commands go to Redis; otherwise memory is all there is.
        var isUp = false
        /// Whether the log says last that Redis is there.
        var isSaidUp = false
    }

    private let server: RedisEndpoint
    private let logger: Logger
    private let state = Mutex(State())
    /// The interval between two looks whether Redis answers.
    private static let interval = Duration.milliseconds(250)
    /// The longest wait between two attempts on a connection that reconnects by itself.
    private static let longestWait = Duration.milliseconds(500)

    init(_ server: RedisEndpoint, logger: Logger) { (self.server, self.logger) = (server, logger) }

    var isUp: Bool { state.withLock { $0.isUp } }

    /// Makes the first connection.
    ///
    /// - Throws: when Redis does not answer, or refuses.
    func connect() async throws {
        try await openConnection()
        state.withLock { $0.isSaidUp = true }
    }

    private func openConnection() async throws {
        let connection = try await server.open()
        state.withLock { ($0.connection, $0.isUp) = (connection, true) }
    }

    /// Sends a command; its failure means that Redis is away.
    func send(_ words: [String]) async throws(Away) -> RedisReply {
        let connection = state.withLock { $0.isUp ? $0.connection : nil }
        guard let connection else { throw Away() }
        do {
            return try await connection.send(words)
        } catch {
            lose()
            throw Away()
        }
    }

    private func lose() {
        let isNews = state.withLock { state in
            state.isUp = false
            return exchange(&state.isSaidUp, with: false)
        }
        if isNews { logger.warning("redis is away; sessions go on in memory") }
    }

    /// Watches Redis until the task is cancelled.
    ///
    /// - Parameter takeUp: stores what memory holds and Redis may not; called at each look, and when Redis is back and
    ///   may have lost everything.
    func watch(_ takeUp: @Sendable (_ isReturn: Bool) async throws(Away) -> Void) async {
        var failures = 0
        while !Task.isCancelled {
            do {
                if !isUp {
                    try await reconnect()
                    try await takeUp(true)
                    state.withLock { $0.isSaidUp = true }
                    logger.notice("redis is back; it has the sessions again")
                } else {
                    _ = try await send(["PING"])
                    try await takeUp(false)
                }
                failures = 0
                try await Task.sleep(for: Self.interval)
            } catch is CancellationError {
                return
            } catch {
                lose()
                failures += 1
                let isConnecting = state.withLock { $0.connection == nil }
                let wait = server.delay(failures)
                try? await Task.sleep(for: isConnecting ? wait : min(wait, Self.longestWait))
            }
        }
    }

    private func reconnect() async throws {
        guard let connection = state.withLock({ $0.connection }) else { return try await openConnection() }
        _ = try await connection.send(["PING"])
        state.withLock { $0.isUp = true }
    }

    func close() async {
        let connection = state.withLock { state in
            state.isUp = false
            return exchange(&state.connection, with: nil)
        }
        await connection?.close()
    }
}
