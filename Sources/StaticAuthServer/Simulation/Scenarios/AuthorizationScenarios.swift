internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

extension Scenario {
    /// Scenarios of the authorization response.
    static let authorization = [
        Scenario(
            name: "iss-wrong",
            effect: "Authorization responses name another issuer.",
            reference: "RFC 9207 §2.4",
            reason: "iss must be the issuer that the metadata names; another one is the sign of a mix-up attack.",
            affected: conformance,
            correctClient: "Refuses the response and does not redeem the code.",
            rewrite: response { parameters, _ in parameters.replaceIssuer("https://issuer.example.com") }),
        Scenario(
            name: "iss-missing",
            effect: "Authorization responses name no issuer, although the metadata promises one.",
            reference: "RFC 9207 §2.3 and §2.4",
            reason: "a server that announces authorization_response_iss_parameter_supported must send iss.",
            affected: conformance,
            correctClient: "Refuses the response and does not redeem the code.",
            rewrite: response { parameters, _ in parameters.removeAll { $0.hasPrefix("iss=") } }),
        Scenario(
            name: "iss-normalized",
            effect: "Authorization responses spell the issuer differently: upper case, and a slash at its end.",
            reference: "RFC 9207 §2.4, RFC 3986 §6.2.1",
            reason: "issuers are compared character by character, without any normalization.",
            affected: conformance,
            correctClient: "Refuses the response, and names both spellings.",
            rewrite: response { parameters, origin in parameters.replaceIssuer(origin.text.uppercased() + "/") }),
        Scenario(
            name: "state-drop",
            effect: "Authorization responses do not give the state back.",
            reference: "RFC 6749 §4.1.2",
            reason: "state must come back exactly as it was sent.",
            affected: ["navikt#690", "opencode#31490"],
            correctClient: "Refuses the response, and says that the state is missing rather than that someone attacks.",
            rewrite: response { parameters, _ in parameters.removeAll { $0.hasPrefix("state=") } }),
        Scenario(
            name: "access-denied",
            effect: "Whatever the person answers, the client is told access_denied.",
            reference: "RFC 6749 §4.1.2.1",
            reason: "this is right: a person, or a policy, may refuse.",
            affected: ["navikt#690", "opencode#31490"],
            correctClient: "Says that access was refused, and does not ask again by itself.",
            rewrite: response { parameters, _ in
                guard let code = parameters.firstIndex(where: { $0.hasPrefix("code=") }) else { return }
                parameters.replaceSubrange(
                    code...code,
                    with: [
                        encodedParameter(.error, OAuthError.Code.accessDenied.rawValue),
                        encodedParameter(.errorDescription, "Denied by the scenario access-denied."),
                    ])
            }),
        Scenario(
            name: "code-expired",
            effect: "Codes have expired when they are issued.",
            reference: "RFC 6749 §4.1.2",
            reason: "a code is to be short-lived, and invalid_grant is how an expired one is refused.",
            affected: ["navikt#690"],
            correctClient: "Says what happened, and starts anew only when the person wants it.",
            settings: { settings, _ in settings.codeTTL = .zero },
            shortens: .code),
        Scenario(
            name: "code-replay",
            effect: "Every code is refused as used before.",
            reference: "RFC 6749 §4.1.2, OAuth 2.1 §4.1.3",
            reason: "a code works once, so this is how a server refuses one that somebody else redeemed first.",
            affected: ["navikt#690"],
            correctClient: "Does not send the code a second time, and starts a new authorization.",
            faults: [
                .runtime(
                    FaultMatch(endpoint: .token, parameters: [(.grantType, GrantType.authorizationCode.rawValue)]),
                    .refusal(
                        .invalidGrant,
                        "The scenario 'code-replay' refuses the authorization code as if it had been used before. Start "
                            + "a new authorization."))
            ]),
    ]

    private static let conformance = ["modelcontextprotocol/conformance, issuer parameter"]

    /// Changes the parameters of authorization responses.
    private static func response(
        _ edit: @escaping @Sendable (inout [String], Origin) -> Void
    ) -> @Sendable (inout HTTPResponse, HTTPRequest, Origin) -> Void {
        { response, request, origin in
            guard [EndpointPath.authorize.rawValue, Path.login].contains(request.path) else { return }
            response.editAuthorizationResponse { edit(&$0, origin) }
        }
    }
}

extension [String] {
    /// Puts another issuer into the parameters of an authorization response.
    mutating func replaceIssuer(_ issuer: String) {
        guard let index = firstIndex(where: { $0.hasPrefix("iss=") }) else { return }
        self[index] = encodedParameter(.issuer, issuer)
    }
}

extension FaultRule {
    /// A fault that is always applied.
    static func runtime(_ match: FaultMatch, _ fault: Fault) -> FaultRule {
        FaultRule(match: match, times: nil, fault: fault)
    }
}

extension Fault {
    /// An error of the token endpoint.
    static func refusal(_ code: OAuthError.Code, _ description: String) -> Fault {
        let error = OAuthError(code, description)
        return Fault(effect: .answer(Responses.credentials(Problem.status(of: code), error.document)))
    }

    /// A preset.
    static func preset(_ preset: FaultPreset) -> Fault { Fault(effect: .preset(preset)) }
}
