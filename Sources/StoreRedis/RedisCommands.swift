#if Redis
internal import OAuthServer

/// A connection to Redis for the commands of another target, which is made again whenever it is lost.
///
/// A command whose connection is lost before its reply is sent again, so each has to be safe to repeat.
package final class RedisCommands: Sendable {
    private let client: RedisClient

    /// Connects.
    ///
    /// - Parameter timeout: the timeout of a command, including the wait for a connection.
    /// - Throws: `StoreUnavailable` when Redis does not answer; ``RedisRefusal`` when a setting has to change first.
    package init(_ url: RedisURL, timeout: Duration = .seconds(2)) async throws {
        client = try await RedisClient(url, timeout: timeout)
    }

    /// Sends a command and returns the reply.
    ///
    /// - Throws: `StoreUnavailable` when no reply arrives in time, or the reply is an error.
    package func send(_ words: [String]) async throws -> RESPValue { try await client.send(.plain(words)) }

    /// Closes the connection; every later command fails.
    package func close() async { await client.close() }

    /// The delay before an attempt to connect; see ``Backoff``.
    package static func delay(after failures: Int) -> Duration {
        Backoff.delay(after: failures, chance: .random(in: 0..<1))
    }
}
#endif
