internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The rules of token requests, and of those that redeem a code.
extension RuleChecks {
    mutating func judgeToken(
        _ form: FormParameters, _ outcome: ClassifiedExchange.TokenOutcome, _ classified: ClassifiedExchange
    ) {
        let (exchange, moment) = (classified.exchange, classified.moment)
        guard let problem = Self.problem(ofForm: classified) else {
            record.findings.keeps(.tokenForm, moment)
            judgeAuthentication(form, exchange, moment)
            if case .refused(let error) = outcome, error != "invalid_scope", form.first(.grantType) == "refresh_token" {
                record.endGrant()
            }
            switch outcome {
            case .issued(let tokens): noteTokens(tokens, classified)
            case .refused("invalid_client"): return judgeRefusedClient(form, classified)
            case .refused(let error):
                judgeCredentials(form, classified)
                if error != "invalid_grant" { judgeRefusedRefresh(form, classified) }
            }
            doubtRepetitions(form, moment)
            switch form.first(.grantType) {
            case "authorization_code": judgeCode(form, outcome, classified)
            case "refresh_token": judgeRefresh(form, outcome, classified)
            default: break
            }
            return
        }
        record.findings.breaks(.tokenForm, moment, problem)
        doubtRepetitions(form, moment)
    }

    /// A code or refresh token that was sent twice, or not at all, keeps the rules about it from passing.
    private mutating func doubtRepetitions(_ form: FormParameters, _ moment: CredentialHistory.EntryReference) {
        let grant = form.first(.grantType)
        if grant == "authorization_code", form.values(.code).count != 1 { record.findings.doubts(.codeOnce, moment) }
        if grant == "refresh_token", form.values(.refreshToken).count != 1 {
            record.findings.doubts(.refreshOnce, moment)
            record.findings.doubts(.refreshNewest, moment)
        }
    }

    private static func problem(ofForm classified: ClassifiedExchange) -> SafeText? {
        let request = classified.exchange.request
        if request.method != .post { return "The token request is no POST." }
        if !request.isForm { return "The token request is not application/x-www-form-urlencoded." }
        guard let form = classified.form else { return "The form of the token request cannot be decoded." }
        let query = classified.query ?? FormParameters()
        guard form.isEmpty else {
            if let name = Self.parameters.first(where: { !query.values($0).isEmpty }) {
                return "\(name) is in the URL of the token request."
            }
            return Self.parameters.first { form.values($0).count > 1 }.map { name in
                "\(name) is sent \(form.values(name).count) times."
            }
        }
        return query.isEmpty
            ? "The form of the token request is empty." : "The parameters of the token request are in the URL."
    }

    /// The parameters of token requests that are sent once, without those that another rule is about.
    private static let parameters: [ParameterName] = [.grantType, .code, .refreshToken, .clientID, .scope]

    private mutating func judgeAuthentication(
        _ form: FormParameters, _ exchange: Exchange, _ moment: CredentialHistory.EntryReference
    ) {
        let headers = exchange.request.fields["authorization"]
        let secrets = form.values(.clientSecret).count
        switch headers.count + secrets {
        case 0: break
        case 1:
            if secrets == 1 || headers.contains(where: { $0.lowercased().hasPrefix("basic ") }) {
                record.findings.keeps(.oneAuthentication, moment)
            } else {
                record.findings.doubts(.oneAuthentication, moment)
            }
        default:
            record.findings.breaks(
                .oneAuthentication, moment,
                headers.isEmpty
                    ? "client_secret is sent \(secrets) times."
                    : secrets == 0
                        ? "There are \(headers.count) Authorization headers."
                        : "The request has an Authorization header and a client_secret.")
        }
    }

    /// Judges credentials that were refused: what a fault or scenario refuses may be right, until it is repeated.
    private mutating func judgeRefusedClient(_ form: FormParameters, _ classified: ClassifiedExchange) {
        let (exchange, moment) = (classified.exchange, classified.moment)
        guard exchange.causeOfRefusal != nil else {
            return record.findings.breaks(.rightAuthentication, moment, Self.problem(ofCredentials: exchange))
        }
        let grant = form.secret(.code) ?? form.secret(.refreshToken)
        let credentials = exchange.request.fields["authorization"] + form.values(.clientSecret)
        let key = Digest(of: "\(grant?.hex ?? "") \(credentials.joined(separator: " "))")
        record.repetitions.note(.refusedClient(key), classified)
    }

    /// Judges a refresh that was refused with another error than `invalid_grant`, which is no reason to send it again.
    private mutating func judgeRefusedRefresh(_ form: FormParameters, _ classified: ClassifiedExchange) {
        let status = classified.exchange.status
        guard (400..<500).contains(status), status != HTTPStatus.tooManyRequests.code,
            let token = form.secret(.refreshToken)
        else { return }
        record.repetitions.note(.failedToken(token), classified)
    }

    /// Judges credentials that cannot be read.
    private mutating func judgeCredentials(_ form: FormParameters, _ classified: ClassifiedExchange) {
        let exchange = classified.exchange
        let headers = exchange.request.fields["authorization"]
        guard !exchange.isPlanted, headers.count + form.values(.clientSecret).count <= 1 else { return }
        do {
            _ = try ClientCredentials(authorization: headers, parameters: form)
        } catch {
            record.findings.breaks(.rightAuthentication, classified.moment, "\(public: error.description)")
        }
    }

    private static func problem(ofCredentials exchange: Exchange) -> SafeText {
        guard let expected = exchange.explanation?.expected, let received = exchange.explanation?.received else {
            return "The client was not recognized."
        }
        return "The client was not recognized. Expected: \(expected). Received: \(received)."
    }

    private mutating func noteTokens(_ tokens: AnsweredTokens, _ classified: ClassifiedExchange) {
        record.issued = classified.moment
        record.anonymousCalls.noteUse()
        record.newTokens.issue(tokens.access, classified.moment)
        if !classified.exchange.isPlanted {
            record.findings.keeps(.rightAuthentication, classified.moment)
            record.findings.keeps(.noRegistration, classified.moment)
        }
    }

    // MARK: - Codes

    private mutating func judgeCode(
        _ form: FormParameters, _ outcome: ClassifiedExchange.TokenOutcome, _ classified: ClassifiedExchange
    ) {
        let moment = classified.moment
        guard let code = form.secret(.code) else { return }
        record.noteSent(code, moment)
        let attempt = Repetitions.Subject.refusedCode(
            classified.attempt([.code, .codeVerifier, .redirectURI], in: form))
        if case .refused("invalid_grant") = outcome, redemptions[code]?.isDamaged ?? true {
            record.repetitions.note(attempt, classified)
        }
        guard let authorization = authorizations[code] else { return }
        if let first = redemptions[code] {
            guard !first.isDamaged else { return }
            return record.findings.breaks(
                .codeOnce, moment, "The code was redeemed by request \(first.answer.moment.entry) already.")
        }
        if case .issued = outcome {
            redemptions[code] = Exchanged(
                answer: EarlierAnswer(classified), isDamaged: classified.isLost)
            if let refusal = record.repetitions[attempt], refusal.isUnderWay(classified) {
                record.findings.breaks(
                    .codeOnce, moment, "Request \(refusal.moment.entry) was redeeming the same code.")
            }
            record.findings.keeps(.codeOnce, moment)
            record.note(
                FlowRecord.Redemption(
                    moment: moment, code: code, challenge: authorization.challenge, state: authorization.state))
        }
        judgeVerifier(form, authorization.challenge, moment)
        let redirects = form.values(.redirectURI)
        if redirects.count > 1 {
            record.findings.breaks(.sameRedirect, moment, "redirect_uri is sent \(redirects.count) times.")
        } else if let redirectURI = form.secret(.redirectURI) {
            record.findings.judge(
                .sameRedirect, moment, isKept: redirectURI == authorization.redirectURI,
                "The redirect_uri is not the one that the code was sent to.")
        }
        let names = resources.names(in: form, secrets)
        let isSame = names.digests.isSubset(of: authorization.resources.digests)
        if names.digests.isEmpty != authorization.resources.digests.isEmpty {
            record.findings.doubts(.sameResource, moment)
        }
        if !names.digests.isEmpty, !authorization.resources.digests.isEmpty {
            record.findings.judge(
                .sameResource, moment, isKept: isSame, "The resource is not the one that was authorized.")
            guard isSame else { return }
        }
        record.judge(.resourceInToken, moment, names: names, in: "The token request")
    }

    /// RFC 7636 §4.1 and §4.5: 43 to 128 unreserved characters, whose S256 is the challenge.
    private mutating func judgeVerifier(
        _ form: FormParameters, _ challenge: Digest?, _ moment: CredentialHistory.EntryReference
    ) {
        guard let challenge else { return }
        let verifiers = form.values(.codeVerifier)
        let problem: SafeText? =
            if verifiers.isEmpty {
                "There is no code_verifier."
            } else if verifiers.count > 1 {
                "code_verifier is sent \(verifiers.count) times."
            } else if CodeVerifier(Secret(verifiers[0])) == nil {
                "The code_verifier is not 43 to 128 characters of A-Z, a-z, 0-9, '-', '.', '_' and '~'."
            } else {
                nil
            }
        if let problem { return record.findings.breaks(.verifier, moment, problem) }
        let derived = Digest(of: Base64.url.encode(Digest(of: verifiers[0]).bytes))
        record.findings.judge(
            .verifier, moment, isKept: derived == challenge,
            "The verifier's challenge has the fingerprint \(derived); that of the request had \(challenge).")
    }
}
