import OAuth

/// Authenticates the registered client.
///
/// RFC 6749 §2.3 and §3.2.1, OAuth 2.1 §2.4.1.
struct ClientAuthentication {
    let environment: Environment
    let methods: [ClientAuthenticationMethod]

    /// Returns the client.
    ///
    /// Both readings of a Basic header are compared, in constant time and to the end. ``Throttle`` counts failures for
    /// the presented id, which is the client's own if either reading is.
    ///
    /// - Throws: `invalid_request` for credentials by two methods; `invalid_client` for none, wrong ones, or a method
    ///   that is not accepted; ``TooManyAttempts``.
    func authenticate(_ parameters: FormParameters, authorization: [String], peer: String) throws -> RegisteredClient {
        guard let credentials = try ClientCredentials(authorization: authorization, parameters: parameters) else {
            throw OAuthError(
                .invalidClient, "The request does not authenticate the client. \(advice)",
                mistake.explanation(ofMethod: nil))
        }
        guard methods.contains(credentials.method) else {
            throw OAuthError(
                .invalidClient, "This way of client authentication is not accepted here. \(advice)",
                mistake.explanation(ofMethod: credentials.method))
        }
        let client = environment.configuration.client
        if credentials.method == .none {
            guard credentials.candidates.contains(where: { client.isNamed($0.id) }) else {
                throw OAuthError(
                    .invalidClient, "The client_id is unknown.",
                    mistake.explanation(ofID: credentials.candidates.first?.id ?? ""))
            }
            return client
        }

        let presented = credentials.candidates.first { client.isNamed($0.id) } ?? credentials.candidates.first
        let attempt = try environment.throttle.begin(
            .client, name: presented?.id ?? "", network: peer, at: environment.now())
        let comparisons = credentials.candidates.map { matches($0, client) }
        guard comparisons.contains(true) else {
            throw OAuthError(
                .invalidClient, "The client id or the client secret is wrong.", mistake.explanation(of: credentials))
        }
        environment.throttle.succeed(attempt)
        return client
    }

    private func matches(_ candidate: ClientCredentials.Candidate, _ client: RegisteredClient) -> Bool {
        guard let expected = client.secretDigest, let presented = candidate.secret?.digest else { return false }
        let (isID, isSecret) = (Digest(of: candidate.id) == Digest(of: client.id), presented == expected)
        return isID && isSecret
    }

    private var mistake: ClientHints { ClientHints(configuration: environment.configuration, methods: methods) }

    private var advice: String {
        let ways = methods.map { method in
            switch method {
            case .basic: "an Authorization: Basic header"
            case .post: "client_id and client_secret in the body"
            case .none: "only client_id in the body, without a secret"
            }
        }
        return "Send \(ways.joined(separator: " or "))."
    }
}
