/// The news that a store cannot answer now and may be able to later.
///
/// The edge turns it into 503 `temporarily_unavailable` with `Retry-After`. Nothing was changed, or nobody knows
/// whether it was; a client that asks again loses nothing either way (see ``GrantStore``).
public struct StoreUnavailable: Error, Sendable {
    /// What happened, for the log; without secrets.
    public let reason: String

    /// Makes the news.
    public init(reason: String) {
        self.reason = reason
    }
}
