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
    }

    /// A session that its client did not end before it opened another; it may still use both.
    struct LeftSession: Sendable {
        let session: Digest
        let opened: CredentialHistory.EntryReference
        /// The request that opened the next one.
        let next: CredentialHistory.EntryReference
    }

    /// The findings that need no other flow.
    var findings = Findings()
    /// Those of the requests before the authorization, which may turn out to be another flow's.
    var earlyFindings = Findings()
    /// What was refused and sent again, with a token.
    var repetitions = Repetitions()
    /// The access tokens, and the sessions, that were of no use.
    var newTokens = UselessGrants()
    var newSessions = UselessGrants()
    /// Whether a message was answered other than with 401.
    var hasUsedToken = false
    /// The refusals for lack of a token, since the client read metadata or got a token.
    private var anonymousCalls: EarlierAnswer?

    private(set) var authorizations: [Authorization] = []
    /// The first authorization request that was refused, by the server or by its person.
    private(set) var refusedLogin: CredentialHistory.EntryReference?
    private(set) var redemptions: [Redemption] = []
    private(set) var responses: [Response] = []
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
    /// The request that opened the latest session.
    private(set) var openedSession: CredentialHistory.EntryReference?
    /// The latest session, until it ends.
    private(set) var session: Digest?
    private(set) var leftSession: LeftSession?
    /// Whether a fault was applied to a message, which may have been a request to the client.
    var hasPlantedMessage = false

    /// The requests for metadata that a fault or scenario may have left without an answer; the first ones.
    private(set) var withheld: [Int] = []

    private static let maximumWithheld = 20
    private static let maximumRequests = 4
    private static let longestScope = 1 << 10

    /// Whether later flows of the same client are compared with it.
    var isRelevantLater: Bool { !authorizations.isEmpty || refusedRefresh != nil }

    /// Whether a challenge is that of an authorization request of the flow.
    func has(challenge: Digest) -> Bool { authorizations.contains { $0.challenge == challenge } }

    // MARK: - Repetitions

    /// Notes a request that was refused for lack of a token.
    mutating func noteAnonymousCall(_ classified: ClassifiedExchange) {
        guard anonymousCalls != nil else { return anonymousCalls = EarlierAnswer(classified) }
        anonymousCalls?.note(classified)
    }

    /// The client went on, so that a later request without a token begins anew.
    mutating func endAnonymousCalls() {
        if let anonymousCalls { Repetitions.judgeAnonymous(anonymousCalls, &earlyFindings) }
        anonymousCalls = nil
    }

    /// Removes the requests without a token among some; returns them if the first of all is among them.
    mutating func takeAnonymousCalls(_ entries: Set<Int>) -> EarlierAnswer? {
        guard var calls = anonymousCalls else { return nil }
        if entries.contains(calls.moment.entry) {
            anonymousCalls = nil
            return calls
        }
        calls.forget(entries)
        anonymousCalls = calls
        return nil
    }

    mutating func putAnonymousCalls(_ calls: EarlierAnswer) { anonymousCalls = anonymousCalls ?? calls }

    /// What was repeated, as far as is known by now.
    var repeated: Findings {
        var findings = repetitions.findings
        if let anonymousCalls { Repetitions.judgeAnonymous(anonymousCalls, &findings) }
        return findings
    }

    // MARK: - Sessions

    mutating func open(_ session: Digest, _ moment: CredentialHistory.EntryReference) {
        if let left = self.session, let opened = openedSession {
            leftSession = LeftSession(session: left, opened: opened, next: moment)
        }
        (self.session, openedSession) = (session, moment)
    }

    mutating func use(_ session: Digest) {
        if leftSession?.session == session { leftSession = nil }
    }

    /// The session was ended by its client, or is gone.
    mutating func end(_ session: Digest) {
        use(session)
        if self.session == session { self.session = nil }
    }

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

    mutating func noteRefusedLogin(_ moment: CredentialHistory.EntryReference) { refusedLogin = refusedLogin ?? moment }

    mutating func noteWithheld(_ entry: Int) {
        if withheld.count < Self.maximumWithheld { withheld.append(entry) }
    }

    /// Removes the requests for metadata among some, and returns them.
    mutating func takeWithheld(_ entries: Set<Int>) -> [Int] {
        let taken = withheld.filter(entries.contains)
        withheld.removeAll(where: entries.contains)
        return taken
    }

    mutating func note(_ redemption: Redemption) {
        if redemptions.count == Self.maximumRequests { redemptions.removeLast() }
        redemptions.append(redemption)
    }
}
