/// The connection by which a request came, for what answers late on purpose.
public struct RequestConnection: Sendable {
    private let wait: @Sendable (Duration) async throws -> Void

    /// Makes one that waits with a function.
    ///
    /// - Parameter wait: Throws `CancellationError` where ``pause(for:)`` does.
    public init(wait: @escaping @Sendable (Duration) async throws -> Void) { self.wait = wait }

    /// Waits without holding up other connections, and without holding up the server's stop.
    ///
    /// - Throws: `CancellationError` when the client has ended its side meanwhile, or the server stops.
    public func pause(for duration: Duration) async throws { try await wait(duration) }
}
