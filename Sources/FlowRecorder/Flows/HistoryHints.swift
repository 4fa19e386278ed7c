internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// Finds the cause of a refusal in earlier requests and interventions.
struct HistoryHints {
    let history: CredentialHistory
    let times: HistoryTimes

    /// The most probable cause of a refusal; nil where the history shows none.
    ///
    /// - Parameter explanation: the explanation of the refusal, with its subject.
    func hint(_ request: HTTPRequest, about explanation: Explanation) -> SafeText? {
        switch explanation.subject {
        case .authorizationCode: value(.code, request).flatMap(hint(code:))
        case .codeVerifier:
            if let code = value(.code, request), let verifier = value(.codeVerifier, request) {
                hint(code: code, verifier: verifier)
            } else {
                nil
            }
        // The store knows it. Where this history does not, the request before was sent to another instance, or before
        // the start.
        case .spentCode: known(value(.code, request), in: history.codes).flatMap(hint(code:))
        case .spentRefreshToken: known(value(.refreshToken, request), in: history.tokens).flatMap(hint(refreshToken:))
        case .refreshToken: value(.refreshToken, request).flatMap(hint(refreshToken:))
        case .accessToken: bearer(request).flatMap(hint(accessToken:))
        case .expiredCode: value(.code, request).flatMap { expiry(of: $0.digest, at: explanation.expiry) }
        case .expiredRefreshToken:
            value(.refreshToken, request).flatMap { expiry(of: $0.digest, at: explanation.expiry) }
        case .expiredAccessToken: bearer(request).flatMap { expiry(of: $0.digest, at: explanation.expiry) }
        case .session:
            request.fields.first(HeaderName.session).map { hint(session: Secret($0), isEnd: request.method == .delete) }
        default: nil
        }
    }

    private func value(_ name: ParameterName, _ request: HTTPRequest) -> Secret? {
        guard request.isForm, let form = try? FormParameters(decoding: request.body) else { return nil }
        return form.first(name).map { Secret($0) }
    }

    private func known<Record>(_ secret: Secret?, in table: BoundedTable<Digest, Record>) -> Secret? {
        secret.flatMap { table[$0.digest] == nil ? nil : $0 }
    }

    private func bearer(_ request: HTTPRequest) -> Secret? {
        (try? BearerToken.parse(request.fields["authorization"])) ?? nil
    }

    // MARK: Codes and tokens

    private func hint(code: Secret) -> SafeText? {
        guard let known = history.codes[code.digest] else { return unknown(code, wanted: "the authorization code") }
        if let fault = known.planted { return Self.madeUp("code", known.issued, fault) }
        if let redeemed = known.redeemed {
            let use = used(redeemed, known.fault)
            guard case .replayed(let moment, _) = history.grantEnds[known.grant.number] else { return use }
            return "\(use) Its grant was revoked \(times.before(moment)), in request \(moment.entry), where a code or "
                + "refresh token of it came a second time."
        }
        if let ending = ending(code.digest) { return ending }
        guard let expires = known.expires, known.isOver(at: times.now) else { return nil }
        return "It expired \(max(times.now - expires, .zero)) ago by the server's clock."
    }

    private func hint(code: Secret, verifier: Secret) -> SafeText? {
        guard let known = history.codes[code.digest], let verifier = CodeVerifier(verifier) else { return nil }
        let challenge = Digest(of: CodeChallenge(of: verifier).value)
        guard challenge != known.challenge, let other = history.challenges[challenge] else { return nil }
        if other.flow != known.flow {
            return
                "The verifier belongs to flow \(other.flow), which began with request \(other.first.entry); the code "
                + "came in flow \(known.flow). Two flows were mixed up: keep each verifier with its state."
        }
        return
            "The verifier belongs to the authorization of request \(other.first.entry), and the code to another one, in "
            + "request \(known.issued.entry). Two attempts were mixed up: keep each verifier with its state."
    }

    private func hint(refreshToken token: Secret) -> SafeText? {
        guard let known = history.tokens[token.digest] else { return unknown(token, wanted: "the refresh token") }
        guard known.kind == .refresh else { return wrongKind(known, wanted: "the refresh token") }
        switch known.end {
        case .rotated(let moment): return used(moment, known.fault)
        case .revoked(let moment): return "It was revoked \(times.before(moment)), in request \(moment.entry)."
        case nil: return end(of: known, token.digest)
        }
    }

    private func hint(accessToken token: Secret) -> SafeText? {
        guard let known = history.tokens[token.digest] else { return unknown(token, wanted: "the access token") }
        guard known.kind == .access else { return wrongKind(known, wanted: "the access token") }
        if case .revoked(let moment) = known.end {
            return "It was revoked \(times.before(moment)), in request \(moment.entry)."
        }
        return end(of: known, token.digest)
    }

    /// The end of a token that its client has neither used up nor revoked itself.
    private func end(of token: CredentialHistory.Token, _ digest: Digest) -> SafeText? {
        if case .planted(let fault) = token.origin {
            return Self.madeUp("token", token.issued, fault)
        }
        if let ending = ending(digest) { return ending }
        switch history.grantEnds[token.grant.number] {
        case .replayed(let moment, let fault):
            let end: SafeText =
                "Its grant was revoked \(times.before(moment)), when a code or refresh token came a second time in "
                + "request \(moment.entry)."
            return fault.map { "\(end) The answer to its first use was changed on purpose (\($0))." } ?? end
        case .revoked(let moment):
            return "Its grant was revoked \(times.before(moment)), with the refresh token in request \(moment.entry)."
        case nil: break
        }
        guard let expires = token.expires, expires <= times.now else { return nil }
        let end: SafeText = "It expired \(times.now - expires) ago by the server's clock."
        return expiry(of: digest).map { "\(end) \($0)" } ?? end
    }

    private static func madeUp(
        _ name: SafeText, _ answer: CredentialHistory.EntryReference, _ fault: SafeText
    ) -> SafeText {
        "The answer to request \(answer.entry), with which it came, was made up on purpose (\(fault)): the server never "
            + "issued this \(name)."
    }

    /// The first use of a code or refresh token, and the fault that may have kept the answer from the client.
    private func used(_ moment: CredentialHistory.EntryReference, _ fault: SafeText?) -> SafeText {
        let use: SafeText = "It was used \(times.before(moment)), in request \(moment.entry)."
        guard let fault else { return use }
        return
            "\(use) The answer to that request was changed on purpose (\(fault)), so its client may not have got the tokens "
            + "in it."
    }

    private func wrongKind(_ token: CredentialHistory.Token, wanted: SafeText) -> SafeText {
        let name: SafeText = token.kind == .access ? "the access token" : "the refresh token"
        return "This is \(name), \(token.source). Send \(wanted)."
    }

    /// Explains a text that is not what was wanted.
    private func unknown(_ token: Secret, wanted: SafeText) -> SafeText? {
        if let name = name(of: token.digest) { return "This is \(name). Send \(wanted)." }
        return ending(token.digest) ?? damaged(token) ?? stranger(token)
    }

    /// Names a code, token or session id that is known.
    private func name(of digest: Digest) -> SafeText? {
        if let code = history.codes[digest] {
            return "the authorization code, which came with request \(code.issued.entry)"
        }
        if let session = history.sessions[digest] {
            return "the Mcp-Session-Id of the session that request \(session.opened.entry) opened"
        }
        return history.tokens[digest].map { token in
            "\(token.kind == .access ? "the access token" : "the refresh token"), \(token.source)"
        }
    }

    private func damaged(_ secret: Secret) -> SafeText? {
        guard let (whole, how) = history.damage(to: secret.reveal()), let name = name(of: whole) else { return nil }
        return "It is \(name), \(how)"
    }

    private func stranger(_ token: Secret) -> SafeText? {
        guard case .ours = TokenShape(token) else { return nil }
        return
            "It has the form of this server's, but is none that it knows. It may have been issued before this server "
            + "started \(times.sinceStart) ago or by another server, or changed on its way, or its record was dropped."
    }

    // MARK: Early ends

    private func ending(_ digest: Digest) -> SafeText? {
        history.endings[digest].map { ending in
            "\(ending.cause) \(public: ending.effect.rawValue) it \(times.place(of: ending))."
        }
    }

    /// The reason why a code or token expired that its lifetime alone does not give.
    ///
    /// - Parameter expiry: the expiry that is on record in the store; nil where that is not known.
    private func expiry(of digest: Digest, at expiry: Instant? = nil) -> SafeText? {
        if let known = history.endings[digest], known.explains(expiry), let ending = ending(digest) {
            return "\(ending) Its own time was not over."
        }
        let (token, code) = (history.tokens[digest], history.codes[digest])
        let source: SafeText?
        let move: SafeText?
        switch token?.origin {
        case .debug(let cause, let offset):
            source = token?.lifetime.map { "\(cause) issued it with \($0) to live." }
            move = times.move(since: offset)
        case .endpoint(let scenario):
            // A token that expires before the time that its client was told.
            source = token?.expires.map { $0 > times.now } == true ? scenario.map(Self.under) : nil
            move = token.flatMap { times.move(since: $0.issued) }
        case .planted, nil:
            source = code?.scenario.map(Self.under)
            move = code.flatMap { times.move(since: $0.issued) }
        }
        let parts = [source, move].compactMap(\.self)
        return parts.isEmpty ? nil : SafeText(parts, separator: " ")
    }

    private static func under(scenario: String) -> SafeText {
        "The scenario '\(public: scenario)' was running when it was issued."
    }

    // MARK: Sessions

    /// - Parameter isEnd: whether the request was to end the session.
    private func hint(session id: Secret, isEnd: Bool) -> SafeText {
        if case .placeholder = TokenShape(id) { return TokenShape(id).hint }
        if history.sessions[id.digest] == nil {
            if let name = name(of: id.digest) { return "This is \(name). Send the Mcp-Session-Id of a session." }
            if let damaged = damaged(id) { return damaged }
        }
        let cause = cause(ofLost: id.digest)
        return isEnd ? "\(cause) There is nothing left to end." : "\(cause) Send initialize again."
    }

    private func cause(ofLost session: Digest) -> SafeText {
        if let ending = ending(session) { return ending }
        guard let known = history.sessions[session] else {
            return "No session of this id is on record since this server started \(times.sinceStart) ago."
        }
        if let fault = known.planted { return Self.madeUp("session id", known.opened, fault) }
        if let ended = known.ended {
            return "It was ended \(times.before(ended)), by DELETE in request \(ended.entry)."
        }
        let opened: SafeText = "It was opened \(times.before(known.opened)), in request \(known.opened.entry)"
        let (unused, age) = (times.now - known.lastUse.time, times.now - known.opened.time)
        guard unused >= LegacySessions.idleLifetime || age >= LegacySessions.longestLifetime else {
            return
                "\(opened), and no recorded request ended it: the server, or another instance on its store, dropped it."
        }
        let end: SafeText =
            unused >= LegacySessions.idleLifetime
            ? "ended after \(LegacySessions.idleLifetime) without use" : "ended after \(LegacySessions.longestLifetime)"
        let ended: SafeText = "\(opened), and \(end)."
        return times.move(since: known.lastUse).map { "\(ended) \($0)" } ?? ended
    }
}

extension CredentialHistory.Token {
    /// The request that it came with, or its other source, as the rest of a sentence.
    fileprivate var source: SafeText {
        switch origin {
        case .endpoint: "which came with request \(issued.entry)"
        case .debug(let cause, _): "which \(cause) issued"
        case .planted(let fault): "which was made up on purpose in request \(issued.entry) (\(fault))"
        }
    }

    fileprivate var lifetime: Duration? { expires.map { $0 - issued.time } }
}

extension CredentialHistory.Ending {
    /// Whether this is why a credential has an expiry; a store may keep less than a nanosecond of it.
    fileprivate func explains(_ other: Instant?) -> Bool {
        guard let expiry, let other else { return true }
        return expiry - other < .milliseconds(1) && other - expiry < .milliseconds(1)
    }
}
