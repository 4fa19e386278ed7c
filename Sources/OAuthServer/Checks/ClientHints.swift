import OAuth
internal import Primitives

/// Explains failures of client authentication.
struct ClientHints {
    let configuration: Configuration
    /// The methods of a client at the endpoint.
    var methods: KeyPath<RegisteredClient, [ClientAuthenticationMethod]> = \.methods

    private var client: RegisteredClient { configuration.client }

    /// Explains credentials that are not those of the client with a secret.
    ///
    /// Id and secret are both examined, whichever is wrong, so that an unknown id takes as long.
    func explanation(of credentials: ClientCredentials) -> Explanation {
        guard !credentials.candidates.isEmpty else {
            return Explanation(
                expected: "client_id and client_secret in UTF-8", received: "bytes that are no text",
                hint: "Form-encode id and secret before they are joined by a colon (RFC 6749 section 2.3.1).")
        }
        let hint = hint(ofWrong: credentials, client.secretDigest)
        var stranger = explanation(ofID: credentials.candidates.first?.id ?? "")
        if hasColonInID(credentials) {
            stranger.hint =
                "The id has a colon in it, and the first colon ends the id: percent-encode id and secret before "
                + "they are joined (RFC 6749 section 2.3.1)."
        }
        guard let candidate = credentials.candidates.first(where: { client.isNamed($0.id) }) else { return stranger }
        if candidate.secret?.reveal().isEmpty == true, client.secretDigest != nil {
            return Explanation(
                expected: "a client_secret", received: "an empty client_secret",
                hint: "The variable that should hold the secret is not set, or empty.")
        }
        guard let secret = candidate.secret, let expected = client.secretDigest else {
            return Explanation(expected: "no client_secret, for the client is public", received: "a client_secret")
        }
        return Explanation(
            expected: "a client_secret with the fingerprint \(expected)", received: "\(secret)", hint: hint)
    }

    /// Explains an id that is not a registered client's.
    func explanation(ofID id: String) -> Explanation {
        let others = configuration.otherClients.filter { !$0[keyPath: methods].isEmpty }
            .map { ", or '\(public: $0.id)' without a secret" as SafeText }
        let expected: SafeText = "client_id '\(public: client.id)'\(SafeText(others, separator: ""))"
        // A form decodes a + that is not encoded as a space.
        guard ![id, id.replacing(" ", with: "+")].contains(where: { Digest(of: $0) == client.secretDigest }) else {
            return Explanation(
                expected: expected, received: "the client secret as client_id",
                hint: "Id and secret have changed places.")
        }
        if id.isEmpty {
            return Explanation(
                expected: expected, received: "an empty client_id",
                hint: "The variable that should hold the id is not set, or empty.")
        }
        return Explanation(
            expected: expected, received: "client_id '\(public: id)'", hint: hint(ofWrongID: id), rule: .clientID)
    }

    /// Explains a request without credentials.
    ///
    /// - Parameter client: the client whose methods are expected.
    func explanation(ofMissing client: RegisteredClient, _ parameters: FormParameters) -> Explanation {
        let accepted = client[keyPath: methods]
        var explanation = Explanation(expected: Self.names(accepted), received: "no credentials")
        if parameters.hasAssertion {
            explanation.tellAssertion()
        } else {
            let other = accepted.contains(.none) ? nil : withoutSecret
            explanation.hint =
                parameters.trace(of: .clientID) ?? other.map { "Client '\(public: $0.id)' sends its client_id alone." }
        }
        return explanation
    }

    /// Explains a method that a client may not use.
    func explanation(
        of client: RegisteredClient, by method: ClientAuthenticationMethod, _ parameters: FormParameters
    ) -> Explanation {
        var explanation = Explanation(
            expected: Self.names(client[keyPath: methods]), received: Self.name(method))
        switch method {
        case .basic, .post:
            explanation.hint = hint(ofSecretOf: client)
            explanation.rule = client.secretDigest == nil ? nil : .clientMethod
        case .none where parameters.hasAssertion: explanation.tellAssertion()
        case .none: explanation.hint = parameters.trace(of: .clientSecret) ?? hint(ofMissingSecretOf: client)
        }
        return explanation
    }

    /// Explains a client without a secret at an endpoint that needs one.
    func explanation(ofPowerless named: RegisteredClient) -> Explanation {
        Explanation(
            expected: "a client that proves itself with its secret", received: "client_id '\(public: named.id)'",
            hint: withSecret.map { "Client '\(public: $0.id)' has a secret; take that one here." })
    }

    /// A secret that is not accepted in this way, or not at all.
    private func hint(ofSecretOf client: RegisteredClient) -> SafeText {
        if client.provesItself(by: methods) {
            return
                "The metadata list the methods of each endpoint, such as token_endpoint_auth_methods_supported; use one of "
                + "those."
        }
        guard client.secretDigest == nil else { return "'\(public: client.id)' is public here: leave the secret out." }
        let other = withSecret.map { ", or take client '\(public: $0.id)', which has one" as SafeText } ?? ""
        return "'\(public: client.id)' has no secret: leave it out\(other)."
    }

    private func hint(ofMissingSecretOf client: RegisteredClient) -> SafeText {
        guard client.authentication != .none else {
            return
                "client_id came without client_secret, which this endpoint takes although the token endpoint takes none."
        }
        return "client_id came without client_secret: this client has a secret and has to send it."
            + (withoutSecret.map { " Client '\(public: $0.id)' has none." } ?? "")
    }

    /// A client that proves itself with a secret at the endpoint.
    private var withSecret: RegisteredClient? { configuration.clients.first { $0.provesItself(by: methods) } }

    /// Another client than the first that sends its id alone to the endpoint.
    private var withoutSecret: RegisteredClient? {
        configuration.otherClients.first { $0[keyPath: methods].contains(.none) }
    }

    /// Whether the client's id is there with a colon that is not encoded, so that its end counts as secret.
    private func hasColonInID(_ credentials: ClientCredentials) -> Bool {
        client.id.contains(":")
            && credentials.candidates.contains { "\($0.id):\($0.secret?.reveal() ?? "")".hasPrefix(client.id + ":") }
    }

    private func hint(ofWrong credentials: ClientCredentials, _ expected: Digest?) -> SafeText? {
        let id = Digest(of: client.id)
        let hints = credentials.candidates.compactMap(\.secret).map { secret -> SafeText? in
            let mistake = SecretHints.hint(secret, insteadOf: expected)
            if configuration.publicSecrets.contains(secret.digest) {
                return "It is one of the defaults, but this server was started with another one."
            }
            return secret.digest == id ? "It is the client_id. Send the secret in its place." : mistake
        }
        return hints.compactMap(\.self).first
    }

    private func hint(ofWrongID id: String) -> SafeText? {
        let known = configuration.clients.map(\.id)
        if let placeholder = SecretHints.placeholder(id) { return placeholder }
        if known.contains(id.filter { !$0.isWhitespace }) || known.contains(where: { id == $0 + " " }) {
            return "There is white space in it. Strip it after reading it."
        }
        if configuration.origins.contains(where: id.hasPrefix) {
            return "It is a URL of this server. Put the client_id in its place."
        }
        if id.hasPrefix("https://") {
            return
                "It looks like a client metadata document. This server does not fetch any; use the registered client."
        }
        if URI(id)?.host != nil { return "It looks like the URL of a server. Put the client_id in its place." }
        if SpellingSuggestion.name(to: id, among: known) != nil { return "A few letters differ." }
        let names = configuration.names
        return known.count == 1
            ? "This server knows one client only, which is set with \(public: names.client)."
            : "This server knows these clients only, which are set with \(public: names.client) and "
                + "\(public: names.otherClients)."
    }

    private static func names(_ methods: [ClientAuthenticationMethod]) -> SafeText {
        SafeText(methods.map(name), separator: " or ")
    }

    private static func name(_ method: ClientAuthenticationMethod) -> SafeText {
        switch method {
        case .basic: "client_secret_basic (an Authorization: Basic header)"
        case .post: "client_secret_post (client_id and client_secret in the body)"
        case .none: "none (client_id in the body, without a secret)"
        }
    }
}

extension FormParameters {
    /// Whether they authenticate a client by a signed assertion (RFC 7521 §4.2).
    fileprivate var hasAssertion: Bool { has("client_assertion") || has("client_assertion_type") }
}

extension Explanation {
    fileprivate mutating func tellAssertion() {
        received = "private_key_jwt or client_secret_jwt (client_assertion in the body)"
        hint =
            "This server checks no signed assertions. Use one of the methods that the metadata list for each endpoint, "
            + "such as token_endpoint_auth_methods_supported."
    }
}

extension RegisteredClient {
    /// Explains a code or token that was issued to another client.
    func explanation(of presented: Secret, issuedTo other: String) -> Explanation {
        Explanation(
            expected: "one that was issued to client '\(public: id)'",
            received: "\(presented), issued to client '\(public: other)'",
            hint: "Codes and tokens belong to one client: take one client_id for the whole flow.")
    }
}
