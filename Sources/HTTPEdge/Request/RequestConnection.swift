internal import Synchronization

/// The connection of a request: for handlers that delay their answer, or need to know the order of requests.
public final class RequestConnection: Sendable {
    /// The number of the connection, which no other one of the server has.
    public let number: Int
    /// The time at which the connection was accepted.
    public let opened = ContinuousClock.now
    /// The end of the connection, which may be kept for longer than the connection.
    public let end = ConnectionEnd()
    private let numbersWaiting, numbersUnread: @Sendable () -> [Int]
    private let wait: @Sendable (Duration) async throws -> Void

    /// Makes one with functions that look at other connections, and that wait.
    ///
    /// - Parameter wait: Throws `CancellationError` where ``pause(for:)`` does.
    public init(
        number: Int, waiting: @escaping @Sendable () -> [Int] = { [] },
        unread: @escaping @Sendable () -> [Int] = { [] },
        wait: @escaping @Sendable (Duration) async throws -> Void
    ) {
        (self.number, numbersWaiting, numbersUnread, self.wait) = (number, waiting, unread, wait)
    }

    /// The numbers of the connections on which something has arrived that is not read yet; calls of the system.
    ///
    /// One that is not accepted yet has the next number.
    public var waiting: [Int] { numbersWaiting() }

    /// The numbers of the other connections for which this was asked of late, and whose clients have not read all that
    /// was sent to them; calls of the system.
    ///
    /// Known on Linux, of clients on the same machine.
    public func unread() -> [Int] { numbersUnread() }

    /// Waits without blocking other connections or the server's stop.
    ///
    /// - Throws: `CancellationError` when the client has half-closed meanwhile, or the server stops.
    public func pause(for duration: Duration) async throws { try await wait(duration) }
}

/// The time at which a connection was closed.
public final class ConnectionEnd: Sendable {
    private let value = Mutex<ContinuousClock.Instant?>(nil)

    /// Makes the end of an open connection.
    public init() {}

    /// The time; nil while the connection is open.
    public var time: ContinuousClock.Instant? { value.withLock { $0 } }

    /// Records that the connection is closed.
    package func note(_ time: ContinuousClock.Instant = .now) { value.withLock { $0 = $0 ?? time } }
}
