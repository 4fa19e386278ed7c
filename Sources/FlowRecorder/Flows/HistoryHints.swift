internal import HTTPEdge
internal import OAuth
internal import Primitives

/// Finds the cause of a refusal in earlier requests.
struct HistoryHints {
    let history: CredentialHistory
    let now: Instant
    let startedAt: Instant

    /// The most probable cause of a refusal; nil where the history shows none.
    ///
    /// - Parameter error: the value of `error` for the client.
    func hint(_ request: HTTPRequest, at endpoint: EndpointName, error: String, status: Int) -> SafeText? {
        switch (endpoint, error) {
        case (.token, OAuthError.Code.invalidGrant.rawValue):
            guard request.isForm, let form = try? FormParameters(decoding: request.body) else { return nil }
            if let token = form.first(.refreshToken) { return hint(refreshToken: Secret(token)) }
            return form.first(.code).flatMap { hint(code: Secret($0), verifier: form.first(.codeVerifier)) }
        case (.mcp, OAuthError.Code.invalidToken.rawValue):
            let token = (try? BearerToken.parse(request.fields["authorization"])) ?? nil
            return token.flatMap(hint(accessToken:))
        case (.mcp, _) where status == 404:
            return request.fields.first("mcp-session-id").flatMap { hint(session: Digest(of: $0)) }
        default: return nil
        }
    }

    // MARK: Codes and tokens

    private func hint(code: Secret, verifier: String?) -> SafeText? {
        guard let known = history.codes[code.digest] else {
            return history.tokens[code.digest].map { wrongKind($0, wanted: "the authorization code") } ?? stranger(code)
        }
        if let redeemed = known.redeemed {
            return "It was used \(age(redeemed)) earlier, in request \(redeemed.entry)."
        }
        if let verifier = verifier.flatMap({ CodeVerifier(Secret($0)) }),
            let other = history.challenges[Digest(of: CodeChallenge(of: verifier).value)], other.flow != known.flow
        {
            return
                "The verifier belongs to flow \(other.flow), which began with request \(other.first.entry); the code "
                + "came in flow \(known.flow). Two flows were mixed up: keep each verifier with its state."
        }
        return nil
    }

    private func hint(refreshToken token: Secret) -> SafeText? {
        guard let known = history.tokens[token.digest] else { return unknown(token, wanted: "the refresh token") }
        guard known.kind == .refresh else { return wrongKind(known, wanted: "the refresh token") }
        switch known.end {
        case .rotated(let moment): return "It was used \(age(moment)) earlier, in request \(moment.entry)."
        case .revoked(let moment): return "It was revoked \(age(moment)) earlier, in request \(moment.entry)."
        case nil: return grantEnd(of: known)
        }
    }

    private func hint(accessToken token: Secret) -> SafeText? {
        guard let known = history.tokens[token.digest] else { return unknown(token, wanted: "the access token") }
        guard known.kind == .access else { return wrongKind(known, wanted: "the access token") }
        if case .revoked(let moment) = known.end {
            return "It was revoked \(age(moment)) earlier, in request \(moment.entry)."
        }
        return grantEnd(of: known)
    }

    private func grantEnd(of token: CredentialHistory.Token) -> SafeText? {
        switch history.grantEnds[token.flow] {
        case .replayed(let moment) where moment.entry > token.issued.entry:
            "Its grant was revoked \(age(moment)) earlier, when a code or refresh token came a second time in request "
                + "\(moment.entry)."
        case .revoked(let moment) where moment.entry > token.issued.entry:
            "Its grant was revoked \(age(moment)) earlier, with the refresh token in request \(moment.entry)."
        default: nil
        }
    }

    private func wrongKind(_ token: CredentialHistory.Token, wanted: SafeText) -> SafeText {
        let name: SafeText = token.kind == .access ? "the access token" : "the refresh token"
        return "This is \(name), which came with request \(token.issued.entry). Send \(wanted)."
    }

    private func unknown(_ token: Secret, wanted: SafeText) -> SafeText? {
        guard let code = history.codes[token.digest] else { return stranger(token) }
        return "This is the authorization code, which came with request \(code.issued.entry). Send \(wanted)."
    }

    private func stranger(_ token: Secret) -> SafeText? {
        guard case .ours = TokenShape(token) else { return nil }
        return
            "It has the form of this server's, but was not issued since this server started \(now - startedAt) ago. It "
            + "comes from a run before that, or from another server."
    }

    // MARK: Sessions

    private func hint(session: Digest) -> SafeText {
        guard let known = history.sessions[session] else {
            return "No session of this id was opened since this server started \(now - startedAt) ago. Send initialize "
                + "again."
        }
        if let ended = known.ended {
            return "It was ended \(age(ended)) earlier, by DELETE in request \(ended.entry). Send initialize again."
        }
        return
            "It was opened \(age(known.opened)) earlier, in request \(known.opened.entry), and has idled too long since, "
            + "or another user's or client's token opened it. Send initialize again."
    }

    private func age(_ moment: CredentialHistory.EntryReference) -> Duration { now - moment.time }
}
