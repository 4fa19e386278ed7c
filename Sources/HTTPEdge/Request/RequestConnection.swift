/// The connection of a request: for handlers that delay their answer, or need to know the order of requests.
public final class RequestConnection: Sendable {
    /// The number of the connection, which no other one of the server has.
    public let number: Int
    /// The time at which the connection was accepted.
    public let opened = ContinuousClock.now
    private let isFollowed: @Sendable () -> Bool
    private let wait: @Sendable (Duration) async throws -> Void

    /// Makes one with functions that look for further connections, and that wait.
    ///
    /// - Parameter wait: Throws `CancellationError` where ``pause(for:)`` does.
    public init(
        number: Int, isFollowed: @escaping @Sendable () -> Bool = { false },
        wait: @escaping @Sendable (Duration) async throws -> Void
    ) {
        (self.number, self.isFollowed, self.wait) = (number, isFollowed, wait)
    }

    /// Whether clients have opened further connections that are not accepted yet; a call of the system.
    public var isFollowedByOthers: Bool { isFollowed() }

    /// Waits without blocking other connections or the server's stop.
    ///
    /// - Throws: `CancellationError` when the client has half-closed meanwhile, or the server stops.
    public func pause(for duration: Duration) async throws { try await wait(duration) }
}
