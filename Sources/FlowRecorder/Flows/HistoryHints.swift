internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// Finds the cause of a refusal in earlier requests.
struct HistoryHints {
    let history: CredentialHistory
    let now: Instant
    let startedAt: Instant

    /// The most probable cause of a refusal; nil where the history shows none.
    ///
    /// - Parameter subject: the subject of the refusal.
    func hint(_ request: HTTPRequest, about subject: Explanation.Subject) -> SafeText? {
        switch subject {
        case .authorizationCode: value(.code, request).flatMap(hint(code:))
        case .codeVerifier:
            if let code = value(.code, request), let verifier = value(.codeVerifier, request) {
                hint(code: code, verifier: verifier)
            } else {
                nil
            }
        case .refreshToken: value(.refreshToken, request).flatMap(hint(refreshToken:))
        case .accessToken:
            ((try? BearerToken.parse(request.fields["authorization"])) ?? nil).flatMap(hint(accessToken:))
        case .session: request.fields.first(HeaderName.session).flatMap { hint(session: Digest(of: $0)) }
        }
    }

    private func value(_ name: ParameterName, _ request: HTTPRequest) -> Secret? {
        guard request.isForm, let form = try? FormParameters(decoding: request.body) else { return nil }
        return form.first(name).map { Secret($0) }
    }

    // MARK: Codes and tokens

    private func hint(code: Secret) -> SafeText? {
        guard let known = history.codes[code.digest] else {
            return history.tokens[code.digest].map { wrongKind($0, wanted: "the authorization code") } ?? stranger(code)
        }
        return known.redeemed.map { "It was used \(age($0)) earlier, in request \($0.entry)." }
    }

    private func hint(code: Secret, verifier: Secret) -> SafeText? {
        guard let known = history.codes[code.digest], let verifier = CodeVerifier(verifier),
            let other = history.challenges[Digest(of: CodeChallenge(of: verifier).value)], other.flow != known.flow
        else { return nil }
        return
            "The verifier belongs to flow \(other.flow), which began with request \(other.first.entry); the code "
            + "came in flow \(known.flow). Two flows were mixed up: keep each verifier with its state."
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
            "It has the form of this server's, but is not on record since this server started \(now - startedAt) ago. It "
            + "comes from a run before that or from another server, or its record was dropped."
    }

    // MARK: Sessions

    private func hint(session: Digest) -> SafeText {
        guard let known = history.sessions[session] else {
            return "No session of this id is on record since this server started \(now - startedAt) ago. "
                + "Send initialize again."
        }
        if let ended = known.ended {
            return "It was ended \(age(ended)) earlier, by DELETE in request \(ended.entry). Send initialize again."
        }
        return
            "It was opened \(age(known.opened)) earlier, in request \(known.opened.entry), and has ended since, or another "
            + "user's or client's token opened it. Send initialize again."
    }

    private func age(_ moment: CredentialHistory.EntryReference) -> Duration { now - moment.time }
}
