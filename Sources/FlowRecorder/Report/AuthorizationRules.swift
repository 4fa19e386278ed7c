internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The rules of authorization requests.
extension RuleChecks {
    mutating func judge(
        _ request: FormParameters, _ outcome: ClassifiedExchange.AuthorizationOutcome, _ classified: ClassifiedExchange,
        _ flow: Int,
        _ machine: String
    ) {
        let entry = classified.exchange.number
        let challenge = request.secret(.codeChallenge)
        if case .code(let code) = outcome {
            authorizations[code] = Authorization(
                challenge: challenge, redirectURI: request.secret(.redirectURI),
                resource: Set(request.values(.resource).map(Digest.init(of:))))
        }
        // The login page repeats the request; it is judged only for a client that skipped /authorize.
        let isRepetition = challenge.map { stateOfChallenge[$0] != nil } ?? true
        guard
            classified.exchange.endpoint == .authorize || (classified.exchange.request.method == .post && !isRepetition)
        else { return }

        if case .refused = outcome {
            let isKnown = request.first(.clientID) == clientID
            return findings.breaks(
                isKnown ? .registeredRedirect : .knownClient, entry,
                isKnown ? "The redirect_uri is not registered." : "The client_id is not the registered one.")
        }
        findings.keeps(.knownClient, entry)
        findings.keeps(.registeredRedirect, entry)
        findings.judge(
            .responseType, entry, isKept: request.first(.responseType) == "code", "response_type is not code.")
        judgeChallenge(challenge, request, entry)
        findings.judge(
            .resourceInAuthorization, entry, isKept: !request.values(.resource).isEmpty,
            "The authorization request has no resource.")
        judgeScope(request, flow, machine, entry)
        judgeOrder(flow, entry)
    }

    private mutating func judgeChallenge(_ challenge: Digest?, _ request: FormParameters, _ entry: Int) {
        let isS256 = challenge != nil && request.first(.codeChallengeMethod) == CodeChallenge.method
        findings.judge(
            .pkceMethod, entry, isKept: isS256,
            challenge == nil ? "There is no code_challenge." : "code_challenge_method is not S256.")
        let state = request.first(.state)
        findings.judge(.stateSent, entry, isKept: state != nil, "There is no state.")
        guard let challenge else { return }
        let digest = Digest(of: state ?? "")
        let isReused =
            spentChallenges[challenge] != nil || stateOfChallenge[challenge].map { $0 != digest } ?? false
        findings.judge(
            .freshChallenge, entry, isKept: !isReused, "The code_challenge is that of an earlier authorization.")
        stateOfChallenge[challenge] = digest
        guard state != nil else { return }
        let earlier = challengeOfState[digest]
        findings.judge(
            .stateFresh, entry, isKept: isReused || earlier == nil || earlier == challenge,
            "The state is that of an earlier authorization.")
        challengeOfState[digest] = challenge
    }

    private mutating func judgeScope(_ request: FormParameters, _ flow: Int, _ machine: String, _ entry: Int) {
        let asked = Set((request.first(.scope) ?? "").split(separator: " "))
        if let refused = obligations[machine]?.scope {
            require(machine) { $0.scope = nil }
            findings.judge(
                .scopeAfterRefusal, entry, isKept: asked.isSuperset(of: refused.split(separator: " ")),
                "The 403 asked for \(public: refused); the authorization request does not ask for all of it.")
        } else if let named = discoveries[flow]?.challengeScope {
            findings.judge(
                .scopeFromChallenge, entry, isKept: asked.isSuperset(of: named.split(separator: " ")),
                "The challenge named \(public: named); the authorization request does not ask for all of it.")
        }
        if obligations[machine]?.refusedRefresh ?? false {
            require(machine) { $0.refusedRefresh = false }
            findings.keeps(.noRefreshLoop, entry)
        }
    }

    /// Judges the order of discovery: a client may reuse metadata, except one that was challenged just now.
    private mutating func judgeOrder(_ flow: Int, _ entry: Int) {
        guard let discovery = discoveries[flow], discovery.challenge != nil else { return }
        findings.judge(
            .resourceMetadataFirst, entry, isKept: discovery.resourceMetadata != nil,
            "The resource's metadata were not read after the challenge.")
        findings.judge(
            .serverMetadataFirst, entry, isKept: discovery.serverMetadata != nil,
            "The authorization server's metadata were not read after the challenge.")
    }
}
