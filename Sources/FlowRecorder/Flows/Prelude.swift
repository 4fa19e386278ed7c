internal import HTTPEdge
internal import OAuth

/// What a flow knows from before its authorization: the challenge and the metadata that its client read.
struct Prelude: Sendable {
    /// The machine and user agent of the client that was challenged or read metadata; nil before both.
    var agent: Digest?
    /// The first challenge.
    var challenge: CredentialHistory.EntryReference?
    /// The scopes that the latest challenge named.
    var challengeScope: String?
    /// The first request for the resource's metadata.
    var resourceMetadata: CredentialHistory.EntryReference?
    /// The first request for the authorization server's metadata.
    var serverMetadata: CredentialHistory.EntryReference?

    /// Notes a challenge, or a request for metadata; other exchanges are ignored.
    mutating func note(_ classified: ClassifiedExchange) {
        let exchange = classified.exchange
        switch classified.event {
        case .message where exchange.status == 401 && classified.requestFields.bearer == nil:
            challenge = challenge ?? classified.moment
            challengeScope = classified.challengeScope
        case .discovery where exchange.endpoint == .metadata: serverMetadata = serverMetadata ?? classified.moment
        case .discovery: resourceMetadata = resourceMetadata ?? classified.moment
        default: return
        }
        agent = classified.agent
    }
}
