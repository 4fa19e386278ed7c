internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The rules of authorization requests.
extension RuleChecks {
    mutating func judgeAuthorization(
        _ request: FormParameters, _ outcome: ClassifiedExchange.AuthorizationOutcome, _ classified: ClassifiedExchange
    ) {
        let moment = classified.moment
        let challenge = request.secret(.codeChallenge)
        let names = resources.names(in: request, secrets, isRefused: Self.isTargetRefused(outcome, classified.exchange))
        if case .code(let code) = outcome {
            authorizations[code] = Authorization(
                challenge: challenge, state: request.secret(.state), redirectURI: request.secret(.redirectURI),
                resources: names)
            noteResponse(code, to: request, classified)
        }
        switch outcome {
        case .error, .refused:
            record.noteRefusedLogin(moment, isDenied: Self.isDenied(outcome, classified.exchange))
        case .loginPage, .wrongPassword, .code: break
        }
        // The login page repeats the request; it is judged only for a client that skipped /authorize.
        let isRepetition = challenge.map(record.has(challenge:)) ?? true
        guard
            classified.exchange.endpoint == .authorize || (classified.exchange.request.method == .post && !isRepetition)
        else { return }

        if case .refused = outcome { return judgeRefusedAuthorization(request, classified) }
        if hasKnownClient(request) { record.findings.keeps(.knownClient, moment) }
        if request.values(.redirectURI).count == 1 { record.findings.keeps(.registeredRedirect, moment) }
        judgeParameters(request, names, moment)
        record.note(request, moment)
    }

    /// Notes what an authorization response says beside the code.
    private mutating func noteResponse(_ code: Digest, to request: FormParameters, _ classified: ClassifiedExchange) {
        let response = classified.authorizationResponse ?? FormParameters()
        // A redirect URI may have parameters of its own before these.
        let (asked, answered) = (request.values(.state), response.values(.state).last)
        let problem: SafeText? =
            asked.count != 1 || asked[0] == answered
            ? nil : answered == nil ? "gave no state back" : "gave another state back"
        record.note(
            FlowRecord.Response(
                moment: classified.moment, code: code, problem: problem, issuer: response.values(.issuer).last))
    }

    /// Whether the person denied the request; a scenario may deny it, too.
    private static func isDenied(
        _ outcome: ClassifiedExchange.AuthorizationOutcome, _ exchange: Exchange
    ) -> Bool {
        guard case .error(OAuthError.Code.accessDenied.rawValue, _) = outcome else { return false }
        return exchange.endpoint == .login && exchange.causeOfRefusal == nil && !exchange.isRewritten
    }

    /// Whether the resource was refused, and not by a scenario that refuses every one.
    private static func isTargetRefused(
        _ outcome: ClassifiedExchange.AuthorizationOutcome, _ exchange: Exchange
    ) -> Bool {
        guard case .error("invalid_target", _) = outcome else { return false }
        return exchange.causeOfRefusal == nil
    }

    /// Judges the parameters that every authorization request has to have.
    private mutating func judgeParameters(
        _ request: FormParameters, _ names: ResourceNames, _ moment: CredentialHistory.EntryReference
    ) {
        let types = request.values(.responseType)
        record.findings.judge(
            .responseType, moment, isKept: types == ["code"],
            types.isEmpty
                ? "There is no response_type."
                : types.count > 1 ? "response_type is sent \(types.count) times." : "response_type is not code.")
        judgeChallenge(request, moment)
        judgeState(request.values(.state), moment)
        if request.values(.scope).count > 1 {
            record.findings.doubts(.scopeFromChallenge, moment)
            record.findings.doubts(.scopeAfterRefusal, moment)
        }
        record.judge(.resourceInAuthorization, moment, names: names, in: "The authorization request")
    }

    private mutating func judgeState(_ states: [String], _ moment: CredentialHistory.EntryReference) {
        let problem: SafeText? =
            if states.isEmpty {
                "There is no state."
            } else if states.count > 1 {
                "state is sent \(states.count) times."
            } else if Self.placeholders.contains(states[0].lowercased()) {
                "The state is '\(public: states[0])', which anyone can guess."
            } else {
                nil
            }
        if problem == nil, states[0].utf8.count < Self.shortestState {
            return record.findings.doubts(.stateSent, moment)
        }
        record.findings.judge(.stateSent, moment, isKept: problem == nil, problem ?? "")
        if problem != nil { record.findings.doubts(.stateFresh, moment) }
    }

    /// The length below which a state is surely guessable.
    private static let shortestState = 4

    /// What a program makes of a value that it does not have.
    private static let placeholders: Set = ["undefined", "null", "none", "nil", "nan", "[object object]"]

    private func hasKnownClient(_ request: FormParameters) -> Bool {
        let clients = request.values(.clientID)
        return clients.count == 1 && clientIDs.contains(clients[0])
    }

    /// Judges a request that only the person was told about; one that could not be read, and one that was refused for
    /// another reason, show nothing.
    private mutating func judgeRefusedAuthorization(_ request: FormParameters, _ classified: ClassifiedExchange) {
        let (exchange, moment) = (classified.exchange, classified.moment)
        guard exchange.status == 400, !exchange.isPlanted, !request.isEmpty else { return }
        judgeParameters(request, resources.names(in: request, secrets), moment)
        guard exchange.causeOfRefusal == nil else { return }
        let clients = request.values(.clientID)
        guard hasKnownClient(request) else {
            return record.findings.breaks(
                .knownClient, moment,
                clients.isEmpty
                    ? "There is no client_id."
                    : clients.count > 1
                        ? "client_id is sent \(clients.count) times." : "The client_id is not a registered one.")
        }
        let redirects = request.values(.redirectURI)
        record.findings.breaks(
            .registeredRedirect, moment,
            redirects.isEmpty
                ? "There is no redirect_uri."
                : redirects.count > 1
                    ? "redirect_uri is sent \(redirects.count) times." : "The redirect_uri is not registered.")
    }

    /// RFC 7636 §4.2: the challenge is the base64url of a digest, 43 characters.
    private mutating func judgeChallenge(_ request: FormParameters, _ moment: CredentialHistory.EntryReference) {
        let (challenges, methods) = (request.values(.codeChallenge), request.values(.codeChallengeMethod))
        let problem: SafeText? =
            if challenges.isEmpty {
                "There is no code_challenge."
            } else if challenges.count > 1 {
                "code_challenge is sent \(challenges.count) times."
            } else if methods != [CodeChallenge.method] {
                "code_challenge_method is not S256."
            } else if Base64.url.decode(challenges[0])?.count != 32 {
                "The code_challenge, of \(challenges[0].unicodeScalars.count) characters, is no S256 challenge: that is "
                    + "43 characters of base64url."
            } else {
                nil
            }
        record.findings.judge(.pkceMethod, moment, isKept: problem == nil, problem ?? "")
        if problem != nil { record.findings.doubts(.freshChallenge, moment) }
    }
}
