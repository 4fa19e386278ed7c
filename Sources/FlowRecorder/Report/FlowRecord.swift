internal import OAuth

/// What the rules have found out about one flow.
struct FlowRecord: Sendable {
    /// An authorization request; a repetition by the browser is not another one.
    struct Authorization: Sendable {
        let moment: CredentialHistory.EntryReference
        let challenge, state: Digest?
        /// The scopes that it asked for; nil when they are too long to be kept.
        let scope: String?
    }

    /// A code that was exchanged for tokens.
    struct Redemption: Sendable {
        let moment: CredentialHistory.EntryReference
        let code: Digest
        let challenge, state: Digest?
    }

    /// A refusal for lack of a scope.
    struct LackOfScope: Sendable {
        let moment: CredentialHistory.EntryReference
        let scope: String
    }

    /// The findings that need no other flow.
    var findings = Findings()
    /// Those of the requests before the authorization, which may turn out to be another flow's.
    var earlyFindings = Findings()
    /// The first refusal for lack of a token.
    var challenged: EarlierAnswer?

    /// The machine and user agent of token requests.
    var agent: Digest?
    private(set) var authorizations: [Authorization] = []
    private(set) var redemptions: [Redemption] = []
    /// The latest refusal for lack of a scope.
    var lackOfScope: LackOfScope?
    /// The first refusal of a token of the flow.
    var refusedToken: CredentialHistory.EntryReference?
    /// The first refusal of a refresh token of the flow.
    var refusedRefresh: CredentialHistory.EntryReference?
    /// The first request in a session that was gone.
    var lostSession: CredentialHistory.EntryReference?
    /// The latest tokens.
    var issued: CredentialHistory.EntryReference?
    /// The latest session.
    var openedSession: CredentialHistory.EntryReference?

    private static let maximumRequests = 4
    private static let longestScope = 1 << 10

    /// Whether a challenge is that of an authorization request of the flow.
    func has(challenge: Digest) -> Bool { authorizations.contains { $0.challenge == challenge } }

    mutating func note(_ request: FormParameters, _ moment: CredentialHistory.EntryReference) {
        let (challenge, state) = (request.secret(.codeChallenge), request.secret(.state))
        guard !authorizations.contains(where: { $0.challenge == challenge && $0.state == state }) else { return }
        let scope = request.values(.scope).joined(separator: " ")
        if authorizations.count == Self.maximumRequests { authorizations.removeLast() }
        authorizations.append(
            Authorization(
                moment: moment, challenge: challenge, state: state,
                scope: scope.utf8.count <= Self.longestScope ? scope : nil))
    }

    mutating func note(_ redemption: Redemption) {
        if redemptions.count == Self.maximumRequests { redemptions.removeLast() }
        redemptions.append(redemption)
    }
}
