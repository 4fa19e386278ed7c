import OAuth
internal import Primitives

/// Explains failures of client authentication.
struct ClientHints {
    let configuration: Configuration

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
        let others = configuration.otherClients.map { ", or '\(public: $0.id)' without a secret" as SafeText }
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

    /// Explains a method that a client may not use, or missing credentials.
    ///
    /// - Parameter other: the client that may send its id alone to the endpoint, if there is one.
    func explanation(
        ofMethod method: ClientAuthenticationMethod?, accepted: [ClientAuthenticationMethod],
        of named: RegisteredClient, other: RegisteredClient?, _ parameters: FormParameters
    ) -> Explanation {
        var explanation = Explanation(
            expected: SafeText(accepted.map { Self.name($0) }, separator: " or "),
            received: method.map { Self.name($0) } ?? "no credentials")
        switch method {
        case .basic, .post:
            if let other = withSecret(than: named) {
                explanation.hint =
                    "'\(public: named.id)' has no secret: leave it out, or take client '\(public: other.id)', which has one."
            } else {
                explanation.hint =
                    "The metadata list the methods under token_endpoint_auth_methods_supported; use one of those."
            }
            explanation.rule = named.secretDigest == nil ? nil : .clientMethod
        case .some(.none), nil:
            if parameters.has("client_assertion") || parameters.has("client_assertion_type") {
                explanation.received = "private_key_jwt or client_secret_jwt (client_assertion in the body)"
                explanation.hint =
                    "This server checks no signed assertions. Use one of the methods that the metadata list under "
                    + "token_endpoint_auth_methods_supported."
            } else {
                explanation.hint =
                    parameters.trace(of: method == nil ? .clientID : .clientSecret) ?? hint(of: method, other)
            }
        }
        return explanation
    }

    private func hint(of method: ClientAuthenticationMethod?, _ other: RegisteredClient?) -> SafeText? {
        guard method != nil else { return other.map { "Client '\(public: $0.id)' sends its client_id alone." } }
        return "client_id came without client_secret: this client has a secret and has to send it."
            + (other.map { " Client '\(public: $0.id)' has none." } ?? "")
    }

    /// Explains a client without a secret at an endpoint that needs one.
    func explanation(ofPowerless named: RegisteredClient) -> Explanation {
        Explanation(
            expected: "a client that proves itself with its secret", received: "client_id '\(public: named.id)'",
            hint: withSecret(than: named).map { "Client '\(public: $0.id)' has a secret; take that one here." })
    }

    /// A client with a secret, other than one that has none.
    private func withSecret(than named: RegisteredClient) -> RegisteredClient? {
        guard named.secretDigest == nil else { return nil }
        return configuration.clients.first { $0.secretDigest != nil && $0.authentication != .none }
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

    private static func name(_ method: ClientAuthenticationMethod) -> SafeText {
        switch method {
        case .basic: "client_secret_basic (an Authorization: Basic header)"
        case .post: "client_secret_post (client_id and client_secret in the body)"
        case .none: "none (client_id in the body, without a secret)"
        }
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
