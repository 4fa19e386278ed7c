import OAuth
internal import Primitives

/// Authenticates a registered client.
///
/// RFC 6749 §2.3 and §3.2.1, OAuth 2.1 §2.4.1.
struct ClientAuthentication {
    let environment: Environment
    /// The methods of a client at the endpoint.
    let methods: KeyPath<RegisteredClient, [ClientAuthenticationMethod]>

    /// Returns the client.
    ///
    /// Both readings of a Basic header are compared, in constant time and to the end. ``Throttle`` counts failures for
    /// the presented id, which is the client's own if either reading is.
    ///
    /// - Throws: `invalid_request` for credentials by two methods; `invalid_client` for none, wrong ones, or a method
    ///   that is not accepted of this client; ``TooManyAttempts``.
    func authenticate(_ parameters: FormParameters, authorization: [String], peer: String) throws -> RegisteredClient {
        let configuration = environment.configuration
        guard let credentials = try ClientCredentials(authorization: authorization, parameters: parameters) else {
            throw refusal(
                "The request does not authenticate the client.", of: configuration.client,
                hints.explanation(ofMissing: configuration.client, parameters))
        }
        let named = credentials.candidates.compactMap { configuration.client(named: $0.id) }
        let client = named.first { accepts(credentials.method, of: $0) } ?? named.first
        let accepted = client?[keyPath: methods] ?? configuration.clients.methods(methods)
        guard accepted.contains(credentials.method) else {
            // Both are made in any case, so that an unknown id takes as long.
            let stranger = hints.explanation(of: credentials)
            let known = client.map { hints.explanation(of: $0, by: credentials.method, parameters) }
            throw refusal(
                "This way of client authentication is not accepted here.", of: client ?? configuration.client,
                known ?? stranger)
        }
        if credentials.method == .none {
            guard let client else {
                throw OAuthError(
                    .invalidClient, "The client_id is unknown.",
                    hints.explanation(ofID: credentials.candidates.first?.id ?? ""))
            }
            return client
        }

        let presented = credentials.candidates.first { client?.isNamed($0.id) ?? true }
        let attempt = try environment.throttle.begin(
            .client, name: presented?.id ?? "", network: peer, at: environment.now())
        let expected = client ?? configuration.client
        let comparisons = credentials.candidates.map { matches($0, expected) }
        guard comparisons.contains(true) else {
            throw OAuthError(
                .invalidClient, "The client id or the client secret is wrong.", hints.explanation(of: credentials))
        }
        environment.throttle.succeed(attempt)
        return expected
    }

    private func matches(_ candidate: ClientCredentials.Candidate, _ client: RegisteredClient) -> Bool {
        guard let expected = client.secretDigest, let presented = candidate.secret?.digest else { return false }
        let (isID, isSecret) = (Digest(of: candidate.id) == Digest(of: client.id), presented == expected)
        return isID && isSecret
    }

    private func accepts(_ method: ClientAuthenticationMethod, of client: RegisteredClient) -> Bool {
        client[keyPath: methods].contains(method)
    }

    private var hints: ClientHints { ClientHints(configuration: environment.configuration, methods: methods) }

    /// Refuses missing credentials, or a method that the client may not use here.
    private func refusal(
        _ problem: String, of client: RegisteredClient, _ explanation: Explanation
    ) -> OAuthError {
        let accepted = client[keyPath: methods]
        guard !accepted.isEmpty else {
            return OAuthError(
                .invalidClient, "A client without a secret may not use this endpoint.",
                hints.explanation(ofPowerless: client))
        }
        let ways = accepted.map { method in
            switch method {
            case .basic: "an Authorization: Basic header"
            case .post: "client_id and client_secret in the body"
            case .none: "only client_id in the body, without a secret"
            }
        }
        return OAuthError(
            .invalidClient, "\(problem) Send \(ways.joined(separator: " or ")).", explanation)
    }
}
