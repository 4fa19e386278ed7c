internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The history of challenges, codes, tokens and sessions, by digest where they are secret.
struct CredentialHistory: Sendable {
    /// A request by its number and time.
    struct EntryReference: Equatable, Sendable {
        let entry: Int
        let time: Instant
    }

    /// The consent that codes and tokens come from.
    struct Grant: Equatable, Sendable {
        /// The request in which it began; negative for one that `/debug` made.
        let number: Int
        /// The digest of the user's name or of the client id; nil when no request names it.
        let subject: Digest?
    }

    /// An authorization request, identified by its PKCE challenge.
    struct Challenge: Sendable {
        /// The latest flow that sent it.
        var flow: Int
        let first: EntryReference
    }

    /// An authorization code.
    struct Code: Sendable {
        var flow: Int
        let issued: EntryReference
        let grant: Grant
        /// The digest of the challenge that the verifier has to meet.
        let challenge: Digest?
        /// The scenario that was running when it was issued, if it makes codes expire early.
        let scenario: String?
        /// The end of its lifetime; nil where that is not known.
        let expires: Instant?
        /// The fault that made it up; nil for a code of the server.
        let planted: SafeText?
        /// The request that exchanged it for tokens.
        var redeemed: EntryReference?
        /// The fault that may have kept the answer to that request from the client.
        var fault: SafeText?
    }

    /// An access token or a refresh token.
    struct Token: Sendable {
        enum Kind: String, Sendable {
            case access
            case refresh
        }

        enum End: Equatable, Sendable {
            /// A refresh token was exchanged for the next one.
            case rotated(EntryReference)
            /// The client revoked it.
            case revoked(EntryReference)
        }

        /// The source of a token.
        enum Origin: Sendable {
            /// The token endpoint, while this scenario was running that makes tokens expire early.
            case endpoint(scenario: String?)
            /// A request to `/debug`, while the clock had this offset from the real time.
            case debug(SafeText, offset: Duration)
            /// A fault that answered in place of the token endpoint.
            case planted(SafeText)
        }

        let kind: Kind
        var flow: Int
        let issued: EntryReference
        /// The expiry that the client was told, or the end of a refresh token's lifetime; nil when it is not known.
        let expires: Instant?
        let grant: Grant
        let origin: Origin
        var end: End?
        /// The fault that may have kept the answer to the request that rotated it from the client.
        var fault: SafeText?
        /// Whether a client has used it.
        var isUsed = false
    }

    /// A session of the legacy revisions of MCP.
    struct Session: Sendable {
        var flow: Int
        let opened: EntryReference
        /// The fault that made it up; nil for a session of the server.
        let planted: SafeText?
        /// The negotiated revision.
        let version: String
        /// The latest request in it that is recorded.
        var lastUse: EntryReference
        /// Whether `notifications/initialized` was received.
        var isInitialized = false
        var ended: EntryReference?
        /// When the answer to that was ready, by a monotonic clock.
        var left: ContinuousClock.Instant?
        /// The first request in it that was answered with 404.
        var lost: EntryReference?

        /// Whether the server opened it, and its client has not ended it.
        var isThere: Bool { planted == nil && ended == nil }
    }

    /// The reason why a grant ended early, at its client's request.
    enum GrantEnd: Sendable {
        /// A code or refresh token was used a second time; with the fault behind it, if one kept the answer back.
        case replayed(EntryReference, fault: SafeText?)
        /// The client revoked its refresh token.
        case revoked(EntryReference)
    }

    /// The ends of grants, by their numbers.
    var grantEnds = BoundedTable<Int, GrantEnd>(capacity: 1000)
    var challenges = BoundedTable<Digest, Challenge>(capacity: 1000)
    var codes = BoundedTable<Digest, Code>(capacity: 2000)
    var tokens = BoundedTable<Digest, Token>(capacity: 4000)
    var sessions = BoundedTable<Digest, Session>(capacity: 2000)
    /// The number of grants that `/debug` made.
    var debugGrants = 0
    /// The ends of codes, tokens and sessions by interventions.
    var endings = BoundedTable<Digest, Ending>(capacity: 8000)
    /// Parts of codes, tokens and sessions, by which a damaged one is recognized.
    var fragments = BoundedTable<Digest, Fragment>(capacity: 24_000)
    /// The lifetimes of what no answer states one for.
    let lifetimes: Lifetimes

    init(_ lifetimes: Lifetimes = Lifetimes()) {
        self.lifetimes = lifetimes
    }
}

extension CredentialHistory {
    /// Records what an exchange issued, spent and ended.
    mutating func note(_ classified: ClassifiedExchange, flow: Int) {
        let moment = classified.moment
        for text in classified.issuedTexts { note(fragmentsOf: text) }
        switch classified.event {
        case .authorization(let request, let outcome):
            if let challenge = request.secret(.codeChallenge) {
                if challenges[challenge] == nil {
                    challenges[challenge] = Challenge(flow: flow, first: moment)
                } else {
                    challenges.change(challenge) { $0.flow = flow }
                }
            }
            if case .code(let digest) = outcome {
                let subject = classified.form?.first(.username).map(Digest.init(of:))
                codes[digest] = Code(
                    flow: flow, issued: moment, grant: Grant(number: moment.entry, subject: subject),
                    challenge: request.secret(.codeChallenge),
                    scenario: classified.exchange.scenario.flatMap { lifetimes.codeScenarios.contains($0) ? $0 : nil },
                    expires: lifetimes.code.map { moment.time + $0 }, planted: classified.planted)
            }
        case .token(let form, .issued(let tokens)):
            note(tokens.access == nil ? classified.lostTokens ?? tokens : tokens, form, flow, classified)
        case .token(let form, .refused("invalid_grant")) where !classified.exchange.isPlanted:
            noteReplay(form, classified)
        case .revocation(let token?) where classified.isRevocation: noteRevocation(of: token, moment)
        case .message: noteMessage(classified, flow, moment)
        default: break
        }
    }

    private mutating func note(
        _ issued: AnsweredTokens, _ form: FormParameters, _ flow: Int, _ classified: ClassifiedExchange
    ) {
        let (moment, exchange) = (classified.moment, classified.exchange)
        let spent = form.secret(.refreshToken)
        let grant =
            form.secret(.code).flatMap { codes[$0]?.grant } ?? spent.flatMap { tokens[$0]?.grant }
            ?? Grant(number: moment.entry, subject: classified.presentedClient)
        if !exchange.isPlanted {
            let fault = classified.isLost ? exchange.fault : nil
            form.secret(.code).map { codes.change($0) { $0.redeem(moment, fault) } }
            if let spent, let next = issued.refresh, next != spent {
                tokens.change(spent) { $0.rotate(moment, fault) }
            }
        }
        let origin: Token.Origin =
            exchange.isPlanted
            ? .planted(exchange.fault ?? "a fault")
            : .endpoint(scenario: exchange.scenario.flatMap { lifetimes.tokenScenarios.contains($0) ? $0 : nil })
        if let access = issued.access {
            let expires = issued.expiresIn.map { moment.time + .seconds($0) }
            tokens[access] = Token(
                kind: .access, flow: flow, issued: moment, expires: expires, grant: grant, origin: origin)
        }
        if let refresh = issued.refresh, refresh != spent {
            tokens[refresh] = Token(
                kind: .refresh, flow: flow, issued: moment,
                expires: lifetimes.refreshToken.map { moment.time + $0 }, grant: grant, origin: origin)
        }
    }

    /// Records a revocation that had an effect: a refresh token ends its grant even when it was used or has expired.
    private mutating func noteRevocation(of token: Digest, _ moment: EntryReference) {
        guard let known = tokens[token] else { return }
        // What has ended before is not ended again.
        if endings[token] == nil, known.end == nil, !known.isOver(at: moment.time) {
            tokens.change(token) { $0.end = .revoked(moment) }
        }
        if known.kind == .refresh { end(known.grant, .revoked(moment)) }
    }

    /// Records a second use that ended its grant, as the explanation of its refusal says.
    private mutating func noteReplay(_ form: FormParameters, _ classified: ClassifiedExchange) {
        if let code = form.secret(.code).flatMap({ codes[$0] }), code.redeemed != nil {
            if classified.endsGrant { end(code.grant, .replayed(classified.moment, fault: code.fault)) }
        } else if let token = form.secret(.refreshToken).flatMap({ tokens[$0] }), case .rotated = token.end {
            if classified.endsGrant { end(token.grant, .replayed(classified.moment, fault: token.fault)) }
        }
    }

    /// The fault that is behind the refusal of a token.
    func fault(behind token: Token) -> SafeText? {
        if case .planted(let fault) = token.origin { return fault }
        if case .replayed(_, let fault?)? = grantEnds[token.grant.number] { return fault }
        return token.fault
    }

    private mutating func end(_ grant: Grant, _ end: GrantEnd) {
        if grantEnds[grant.number] == nil { grantEnds[grant.number] = end }
    }

    private mutating func noteMessage(_ classified: ClassifiedExchange, _ flow: Int, _ moment: EntryReference) {
        let exchange = classified.exchange
        if let token = classified.requestFields.bearer, exchange.status < 400 {
            tokens.change(token) { $0.isUsed = true }
        }
        if let opened = classified.responseFields.session, exchange.status == 200 {
            sessions[opened] = Session(
                flow: flow, opened: moment, planted: classified.planted, version: classified.negotiatedVersion ?? "",
                lastUse: moment)
        }
        guard let session = classified.requestFields.session else { return }
        if exchange.status < 400, !exchange.isPlanted { sessions.change(session) { $0.lastUse = moment } }
        switch (exchange.status, exchange.request.method) {
        case (404, _): sessions.change(session) { $0.lost = $0.lost ?? moment }
        case (_, .delete) where classified.routeStatus == 204:
            sessions.change(session) { ($0.ended, $0.left) = (moment, exchange.answered) }
        // The client has sent the message, also when a fault refused it.
        case (_, .post) where exchange.status < 300 || exchange.isPlanted:
            if sessions[session]?.isInitialized == false, classified.isInitialized {
                sessions.change(session) { $0.isInitialized = true }
            }
        default: break
        }
    }
}

extension CredentialHistory {
    /// The flow of a code, token or session.
    func flow(of digest: Digest) -> Int? { codes[digest]?.flow ?? tokens[digest]?.flow ?? sessions[digest]?.flow }

    /// The flow in which what a request brings was issued or begun; nil where that is not known.
    func flow(of classified: ClassifiedExchange) -> Int? {
        let known: [Int?] =
            switch classified.event {
            case .authorization(let request, _): [request.secret(.codeChallenge).flatMap { challenges[$0]?.flow }]
            case .token(let form, _): [form.secret(.code), form.secret(.refreshToken)].map { $0.flatMap(flow(of:)) }
            case .message:
                [classified.requestFields.session, classified.requestFields.bearer].map { $0.flatMap(flow(of:)) }
            default: []
            }
        // What `/debug` issued is of no flow.
        return known.lazy.compactMap(\.self).first { $0 != 0 }
    }
}

extension CredentialHistory.Code {
    fileprivate mutating func redeem(_ moment: CredentialHistory.EntryReference, _ fault: SafeText?) {
        guard redeemed == nil else { return }
        (redeemed, self.fault) = (moment, fault)
    }
}

extension CredentialHistory.Token {
    fileprivate mutating func rotate(_ moment: CredentialHistory.EntryReference, _ fault: SafeText?) {
        guard end == nil else { return }
        (end, self.fault) = (.rotated(moment), fault)
    }
}

extension CredentialHistory.Code {
    /// Whether its lifetime is known to be over.
    func isOver(at now: Instant) -> Bool { scenario != nil || expires.map { $0 <= now } ?? false }
}

extension CredentialHistory.Token {
    /// Whether its lifetime is known to be over.
    func isOver(at now: Instant) -> Bool { expires.map { $0 <= now } ?? false }
}
