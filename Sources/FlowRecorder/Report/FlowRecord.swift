internal import MCPCore
internal import OAuth
internal import Primitives

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

    /// An authorization response with a code.
    struct Response: Sendable {
        let moment: CredentialHistory.EntryReference
        let code: Digest
        /// What is wrong with its state.
        let problem: SafeText?
        /// The issuer that it names; the longest ones only in part.
        let issuer: String?
        /// The first token request with the code.
        fileprivate(set) var sent: CredentialHistory.EntryReference?
    }

    /// A refusal for lack of a scope.
    struct LackOfScope: Sendable {
        let moment: CredentialHistory.EntryReference
        let scope: String
        /// The time at which the token expires, as far as its client was told.
        let expires: Instant?
        /// Whether the client was told later that its grant had ended, so that it logs in for another reason.
        var isOver = false
    }

    /// A session that its client has not ended.
    struct OpenSession: Sendable {
        let session: Digest
        let opened: CredentialHistory.EntryReference
        /// The request that opened another one; nil once the client has used this one after it.
        fileprivate(set) var next: CredentialHistory.EntryReference?
    }

    /// The findings that need no other flow.
    var findings = Findings()
    /// Those of the requests before the authorization, which may turn out to be another flow's.
    private var early = EarlyFindings()
    /// Those about requests without a resource, which a client of the first revision with authorization does not know.
    private(set) var withoutResource = Findings()
    /// Whether the client asks for that revision only; nil where it has asked for none.
    private(set) var isOfFirstRevision: Bool?
    /// What was refused and sent again, with a token.
    var repetitions = Repetitions()
    /// The access tokens, and the sessions, that were of no use.
    var newTokens = UselessGrants()
    var newSessions = UselessGrants()
    /// Whether a message was answered other than with 401.
    var hasUsedToken = false
    /// The refusals for lack of a token.
    var anonymousCalls = AnonymousCalls()

    private(set) var authorizations: [Authorization] = []
    /// The first authorization request that was refused, by the server or by its person.
    private(set) var refusedLogin: CredentialHistory.EntryReference?
    /// Whether the person denied it.
    private(set) var isDenied = false
    private(set) var redemptions: [Redemption] = []
    private(set) var responses: [Response] = []
    /// The latest refusal for lack of a scope.
    var lackOfScope: LackOfScope?
    /// The first refusal of a token of the flow.
    var refusedToken: CredentialHistory.EntryReference?
    /// The first refusal of a refresh token of the flow, unless it was accepted later.
    private(set) var refusedRefresh: CredentialHistory.EntryReference?
    private var refusedRefreshToken: Digest?
    /// The first request in a session that was gone.
    var lostSession: CredentialHistory.EntryReference?
    /// The latest tokens.
    var issued: CredentialHistory.EntryReference?
    /// The request that opened the latest session.
    private(set) var openedSession: CredentialHistory.EntryReference?
    /// The latest sessions that have not ended.
    private(set) var openSessions: [OpenSession] = []
    /// Whether a fault may have sent the client a request.
    var hasPlantedRequest = false

    /// The requests for metadata that a fault or scenario may have left without an answer; the first ones.
    private(set) var withheld: [Int] = []

    private static let maximumWithheld = 20
    private static let (maximumRequests, maximumSessions) = (4, 20)
    private static let longestScope = 1 << 10

    /// Whether later flows of the same client are compared with it.
    var isRelevantLater: Bool { !authorizations.isEmpty || refusedRefresh != nil }

    /// Whether the server refused its authorization request.
    var isRefused: Bool { refusedLogin != nil && !isDenied }

    /// Whether the client has opened a session.
    var hasSession: Bool { openedSession != nil }

    /// Whether a challenge is that of an authorization request of the flow.
    func has(challenge: Digest) -> Bool { authorizations.contains { $0.challenge == challenge } }

    // MARK: - Requests without a key

    /// The findings that a request without a key adds to.
    subscript(early classified: ClassifiedExchange) -> Findings {
        get { early[isNamed: classified.tellsClient] }
        set { early[isNamed: classified.tellsClient] = newValue }
    }

    /// Whether there may be findings about requests without a key.
    var hasEarlyFindings: Bool { !early.isEmpty || !anonymousCalls.isEmpty }

    /// The findings about requests without a key, as far as is known by now.
    func earlyFindings(_ others: AnonymousCalls.Others) -> EarlyFindings {
        var findings = early
        anonymousCalls.judge(&findings, others)
        return findings
    }

    /// Notes a request that was refused for lack of a token.
    mutating func noteAnonymousCall(_ classified: ClassifiedExchange) { anonymousCalls.note(classified, &early) }

    /// Removes what is known about some requests without a key, and adds it to another flow.
    mutating func move(_ entries: Set<Int>, to other: inout FlowRecord) {
        other.early.merge(early.take(entries))
        other.anonymousCalls.merge(anonymousCalls.take(entries))
        for entry in withheld where entries.contains(entry) { other.noteWithheld(entry) }
        withheld.removeAll(where: entries.contains)
    }

    // MARK: - Repetitions

    /// What was repeated, as far as is known by now.
    var repeated: Findings {
        var findings = repetitions.findings
        for moment in newTokens.repetitions {
            findings.breaks(
                .noRetryStorm, moment,
                "The last \(UselessGrants.maximum) tokens were refused before a request with them was answered.")
        }
        for moment in newSessions.repetitions {
            findings.breaks(
                .sessionAgain, moment,
                "The last \(UselessGrants.maximum) sessions were gone before a request in them was answered.")
        }
        return findings
    }

    // MARK: - Resources

    /// Notes the revision that the client asks for in `initialize`.
    mutating func note(revision: String) {
        isOfFirstRevision = (isOfFirstRevision ?? true) && revision == ProtocolVersion.march2025.rawValue
    }

    /// Judges whether a request names this server's resource.
    mutating func judge(
        _ rule: Rule, _ moment: CredentialHistory.EntryReference, names resources: ResourceNames, in request: SafeText
    ) {
        guard resources.kind == .none else { return findings.judge(rule, moment, names: resources) }
        withoutResource.breaks(rule, moment, "\(request) has no resource.")
    }

    // MARK: - Grants

    /// Notes that a refresh token was refused.
    mutating func noteRefusedRefresh(_ token: Digest, _ moment: CredentialHistory.EntryReference) {
        guard refusedRefresh == nil else { return }
        (refusedRefresh, refusedRefreshToken) = (moment, token)
    }

    /// Notes that a refresh token was accepted.
    mutating func noteAcceptedRefresh(_ token: Digest) {
        if refusedRefreshToken == token { (refusedRefresh, refusedRefreshToken) = (nil, nil) }
    }

    /// Notes that the client was told of the end of its grant, or has ended it.
    mutating func endGrant() { lackOfScope?.isOver = true }

    // MARK: - Sessions

    mutating func open(_ session: Digest, _ moment: CredentialHistory.EntryReference) {
        for index in openSessions.indices where openSessions[index].next == nil { openSessions[index].next = moment }
        if openSessions.count == Self.maximumSessions { openSessions.removeFirst() }
        openSessions.append(OpenSession(session: session, opened: moment))
        openedSession = moment
    }

    mutating func use(_ session: Digest) {
        for index in openSessions.indices where openSessions[index].session == session {
            openSessions[index].next = nil
        }
    }

    /// The session was ended by its client, or is gone.
    mutating func end(_ session: Digest) { openSessions.removeAll { $0.session == session } }

    // MARK: - Requests

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

    mutating func note(_ response: Response) {
        if responses.count == Self.maximumRequests { responses.removeLast() }
        responses.append(response)
    }

    /// Notes a token request with a code.
    mutating func noteSent(_ code: Digest, _ moment: CredentialHistory.EntryReference) {
        for index in responses.indices where responses[index].code == code {
            responses[index].sent = responses[index].sent ?? moment
        }
    }

    mutating func noteRefusedLogin(_ moment: CredentialHistory.EntryReference, isDenied: Bool) {
        refusedLogin = refusedLogin ?? moment
        self.isDenied = self.isDenied || isDenied
    }

    mutating func noteWithheld(_ entry: Int) {
        if withheld.count < Self.maximumWithheld { withheld.append(entry) }
    }

    mutating func note(_ redemption: Redemption) {
        if redemptions.count == Self.maximumRequests { redemptions.removeLast() }
        redemptions.append(redemption)
    }
}
