internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The rules of token requests.
extension RuleChecks {
    mutating func judge(
        _ form: FormParameters, _ outcome: ClassifiedExchange.TokenOutcome, _ classified: ClassifiedExchange,
        _ machine: String,
        _ history: CredentialHistory
    ) {
        let (exchange, entry) = (classified.exchange, classified.exchange.number)
        guard classified.form != nil else {
            return findings.breaks(.tokenForm, entry, "The token request is not application/x-www-form-urlencoded.")
        }
        findings.keeps(.tokenForm, entry)
        let isTwice = !exchange.request.fields["authorization"].isEmpty && form.secret(.clientSecret) != nil
        findings.judge(
            .oneAuthentication, entry, isKept: !isTwice, "The request has an Authorization header and a client_secret.")
        switch outcome {
        case .issued(let tokens):
            findings.keeps(.rightAuthentication, entry)
            findings.keeps(.noRegistration, entry)
            if obligations[machine]?.refusedToken ?? false {
                require(machine) { $0.refusedToken = false }
                findings.keeps(.noRetryStorm, entry)
            }
            noteRotation(form, tokens, entry)
        case .refused("invalid_client"):
            return findings.breaks(.rightAuthentication, entry, "The client was not recognized.")
        case .refused: break
        }
        switch form.first(.grantType) {
        case "authorization_code": judgeCode(form, outcome, entry, history)
        case "refresh_token": judgeRefresh(form, outcome, classified, machine, history)
        default: break
        }
    }

    // MARK: - Codes

    private mutating func judgeCode(
        _ form: FormParameters, _ outcome: ClassifiedExchange.TokenOutcome, _ entry: Int, _ history: CredentialHistory
    ) {
        guard let code = form.secret(.code), let authorization = authorizations[code] else { return }
        if let redeemed = history.codes[code]?.redeemed {
            return findings.breaks(
                .codeOnce, entry, "The code was redeemed by request \(redeemed.entry) already.")
        }
        if case .issued = outcome {
            findings.keeps(.codeOnce, entry)
            if let challenge = authorization.challenge { spentChallenges[challenge] = entry }
        }
        if let challenge = authorization.challenge {
            let derived = form.secret(.codeVerifier).map { Digest(of: Base64.url.encode($0.bytes)) }
            findings.judge(
                .verifier, entry, isKept: derived == challenge,
                derived.map {
                    "The verifier's challenge has the fingerprint \($0); that of the request had \(challenge)."
                } ?? "There is no code_verifier.")
        }
        if let redirectURI = form.secret(.redirectURI) {
            findings.judge(
                .sameRedirect, entry, isKept: redirectURI == authorization.redirectURI,
                "The redirect_uri is not the one that the code was sent to.")
        }
        let resource = form.values(.resource).map(Digest.init(of:))
        findings.judge(
            .resourceInToken, entry, isKept: !resource.isEmpty, "The token request has no resource.")
        if !resource.isEmpty, !authorization.resource.isEmpty {
            findings.judge(
                .sameResource, entry, isKept: Set(resource).isSubset(of: authorization.resource),
                "The resource is not the one that was authorized.")
        }
    }

    // MARK: - Refreshing

    private mutating func judgeRefresh(
        _ form: FormParameters, _ outcome: ClassifiedExchange.TokenOutcome, _ classified: ClassifiedExchange,
        _ machine: String,
        _ history: CredentialHistory
    ) {
        let entry = classified.exchange.number
        guard let token = form.secret(.refreshToken) else { return }
        if case .rotated(let rotated) = history.tokens[token]?.end, deadTokens[token] == nil {
            let isLater = classified.exchange.time - rotated.time > .seconds(2)
            let hasUsedNext = rotations[token].flatMap { history.tokens[$0]?.isUsed } ?? false
            if isLater || hasUsedNext {
                findings.breaks(
                    .refreshNewest, entry, "Request \(rotated.entry) had brought the next refresh token already.")
            } else {
                findings.breaks(
                    .refreshOnce, entry, "Request \(rotated.entry) was refreshing with the same token.")
            }
        }
        switch outcome {
        case .issued:
            findings.keeps(.refreshOnce, entry)
            if rotatedTokens[token] != nil { findings.keeps(.refreshNewest, entry) }
        case .refused("invalid_grant"):
            if let first = deadTokens[token] {
                findings.breaks(.noRefreshLoop, entry, "Request \(first) had refused this refresh token already.")
            } else {
                deadTokens[token] = entry
            }
            require(machine) { $0.refusedRefresh = true }
        case .refused: break
        }
    }

    private mutating func noteRotation(_ form: FormParameters, _ tokens: AnsweredTokens, _ entry: Int) {
        guard let spent = form.secret(.refreshToken), let next = tokens.refresh, next != spent else { return }
        if let access = tokens.access, rotations[spent] == nil { rotations[spent] = access }
        rotatedTokens[next] = entry
    }
}
