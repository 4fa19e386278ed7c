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
        /// The request that exchanged it for tokens.
        var redeemed: EntryReference?
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

        let kind: Kind
        var flow: Int
        let issued: EntryReference
        /// The expiry that the client was told; nil when it was told none.
        let expires: Instant?
        var end: End?
        /// Whether a client has used it.
        var isUsed = false
    }

    /// A session of the legacy revisions of MCP.
    struct Session: Sendable {
        var flow: Int
        let opened: EntryReference
        /// The negotiated revision.
        let version: String
        /// Whether `notifications/initialized` was received.
        var isInitialized = false
        var ended: EntryReference?
        /// The first request in it that was answered with 404.
        var lost: EntryReference?
    }

    /// The reason why the grant of a flow ended early.
    enum GrantEnd: Sendable {
        /// A code or refresh token was used a second time.
        case replayed(EntryReference)
        /// The client revoked its refresh token.
        case revoked(EntryReference)
    }

    var grantEnds = BoundedTable<Int, GrantEnd>(capacity: 1000)
    var challenges = BoundedTable<Digest, Challenge>(capacity: 1000)
    var codes = BoundedTable<Digest, Code>(capacity: 2000)
    var tokens = BoundedTable<Digest, Token>(capacity: 4000)
    var sessions = BoundedTable<Digest, Session>(capacity: 2000)
}

extension CredentialHistory {
    /// Records what an exchange issued, spent and ended.
    mutating func note(_ classified: ClassifiedExchange, flow: Int) {
        let moment = classified.moment
        switch classified.event {
        case .authorization(let request, let outcome):
            if let challenge = request.secret(.codeChallenge) {
                if challenges[challenge] == nil {
                    challenges[challenge] = Challenge(flow: flow, first: moment)
                } else {
                    challenges.change(challenge) { $0.flow = flow }
                }
            }
            if case .code(let digest) = outcome { codes[digest] = Code(flow: flow, issued: moment) }
        case .token(let form, .issued(let tokens)): note(tokens, form, flow, moment)
        case .token(let form, .refused("invalid_grant")): noteReplay(form, moment)
        case .revocation(let token?) where classified.exchange.status == 200:
            tokens.change(token) { $0.end = $0.end ?? .revoked(moment) }
            if let token = tokens[token], token.kind == .refresh { grantEnds[token.flow] = .revoked(moment) }
        case .message: noteMessage(classified, flow, moment)
        default: break
        }
    }

    private mutating func note(_ issued: AnsweredTokens, _ form: FormParameters, _ flow: Int, _ moment: EntryReference)
    {
        if let code = form.secret(.code) { codes.change(code) { $0.redeemed = $0.redeemed ?? moment } }
        let spent = form.secret(.refreshToken)
        if let spent, let next = issued.refresh, next != spent {
            tokens.change(spent) { $0.end = $0.end ?? .rotated(moment) }
        }
        if let access = issued.access {
            let expires = issued.expiresIn.map { moment.time + .seconds($0) }
            tokens[access] = Token(kind: .access, flow: flow, issued: moment, expires: expires)
        }
        if let refresh = issued.refresh, refresh != spent {
            tokens[refresh] = Token(kind: .refresh, flow: flow, issued: moment, expires: nil)
        }
    }

    private mutating func noteReplay(_ form: FormParameters, _ moment: EntryReference) {
        if let code = form.secret(.code).flatMap({ codes[$0] }), code.redeemed != nil {
            grantEnds[code.flow] = .replayed(moment)
        } else if let token = form.secret(.refreshToken).flatMap({ tokens[$0] }), case .rotated = token.end {
            grantEnds[token.flow] = .replayed(moment)
        }
    }

    private mutating func noteMessage(_ classified: ClassifiedExchange, _ flow: Int, _ moment: EntryReference) {
        let exchange = classified.exchange
        if let token = classified.requestFields.bearer, exchange.status < 400 {
            tokens.change(token) { $0.isUsed = true }
        }
        if let opened = classified.responseFields.session, exchange.status == 200 {
            sessions[opened] = Session(flow: flow, opened: moment, version: classified.negotiatedVersion ?? "")
        }
        guard let session = classified.requestFields.session else { return }
        switch (exchange.status, exchange.request.method) {
        case (404, _): sessions.change(session) { $0.lost = $0.lost ?? moment }
        case (204, .delete): sessions.change(session) { $0.ended = moment }
        case (202, _):
            if classified.isInitialized { sessions.change(session) { $0.isInitialized = true } }
        default: break
        }
    }
}
