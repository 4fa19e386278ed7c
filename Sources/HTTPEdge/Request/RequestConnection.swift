/// The connection of a request, for handlers that delay their answer.
public struct RequestConnection: Sendable {
    private let wait: @Sendable (Duration) async throws -> Void

    /// Makes one with a function that waits.
    ///
    /// - Parameter wait: Throws `CancellationError` where ``pause(for:)`` does.
    public init(wait: @escaping @Sendable (Duration) async throws -> Void) { self.wait = wait }

    /// Waits without blocking other connections or the server's stop.
    ///
    /// - Throws: `CancellationError` when the client has half-closed meanwhile, or the server stops.
    public func pause(for duration: Duration) async throws { try await wait(duration) }
}
