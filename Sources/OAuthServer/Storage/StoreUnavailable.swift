/// The news that a store cannot answer now and may be able to later.
///
/// Nothing was changed. The edge turns it into 503 `temporarily_unavailable`.
public struct StoreUnavailable: Error, Sendable {
    /// What happened, for the log; without secrets.
    public let reason: String

    /// Makes the news.
    public init(reason: String) {
        self.reason = reason
    }
}
