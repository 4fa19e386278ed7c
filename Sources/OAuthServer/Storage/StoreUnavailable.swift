/// A temporary failure of a store.
///
/// The edge answers 503 `temporarily_unavailable` with `Retry-After`. Nothing was changed, or it is unknown whether it
/// was; a client that retries loses nothing either way (see ``GrantStore``).
public struct StoreUnavailable: Error, Sendable {
    /// The cause, for the log; without secrets.
    public let reason: String

    /// Makes a failure.
    public init(reason: String) {
        self.reason = reason
    }
}
