/// The latest request of each kind that a silent client is expected to send, in any flow.
///
/// Not every request shows whose it is, so what was seen in another flow may be what this client did.
struct Activity: Sendable {
    private var metadata = 0
    private var authorization = 0
    private var login = 0
    private var token = 0
    private var session = 0

    /// Notes a request.
    mutating func note(_ classified: ClassifiedExchange) {
        let entry = classified.exchange.number
        switch classified.event {
        case .discovery: metadata = entry
        case .authorization(_, .code): (authorization, login) = (entry, entry)
        case .authorization: authorization = entry
        case .token: token = entry
        case .message where classified.responseFields.session != nil: session = entry
        default: break
        }
    }

    /// Whether the expected step may have been taken in another flow since a request.
    ///
    /// Metadata may have been read before a challenge as well.
    func isSeen(_ step: ExpectedStep, since entry: Int) -> Bool {
        switch step {
        case .afterChallenge: metadata > 0 || authorization > entry
        case .afterMetadata, .afterRefusedRefresh, .afterRefusedCode, .afterLackOfScope: authorization > entry
        case .atLogin: login > entry
        case .afterRefusedToken: token > entry || authorization > entry
        case .withoutSession: session > entry
        // Code, token and session tell their flow.
        case .withCode, .withToken, .afterInitialize, .afterFailure: false
        }
    }
}
