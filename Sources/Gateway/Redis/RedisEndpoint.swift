/// A reply of Redis, as far as the gateway reads it.
package enum RedisReply: Sendable, Equatable {
    /// No value.
    case none
    /// A text or a status.
    case text(String)
    /// A number.
    case number(Int)
    /// Several values.
    case list([RedisReply])

    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int? { if case .number(let number) = self { number } else { nil } }
    var list: [RedisReply] { if case .list(let list) = self { list } else { [] } }
}

/// A Redis server that stores sessions.
package struct RedisEndpoint: Sendable {
    /// A connection, which reconnects by itself.
    package struct Connection: Sendable {
        /// Sends a command, which may be sent twice; throws when no reply arrives, or an error.
        let send: @Sendable (_ words: [String]) async throws -> RedisReply
        let close: @Sendable () async -> Void

        /// Wraps the functions of a connection.
        package init(
            send: @escaping @Sendable (_ words: [String]) async throws -> RedisReply,
            close: @escaping @Sendable () async -> Void
        ) {
            (self.send, self.close) = (send, close)
        }
    }

    /// Makes the first connection.
    let open: @Sendable () async throws -> Connection
    /// Whether a failure to connect may pass without a change of a setting.
    let mayPass: @Sendable (_ error: any Error) -> Bool
    /// The delay before an attempt to connect, after a number of failures.
    let delay: @Sendable (_ failures: Int) -> Duration

    /// Wraps the functions of a server.
    package init(
        open: @escaping @Sendable () async throws -> Connection,
        mayPass: @escaping @Sendable (_ error: any Error) -> Bool,
        delay: @escaping @Sendable (_ failures: Int) -> Duration
    ) {
        (self.open, self.mayPass, self.delay) = (open, mayPass, delay)
    }
}
