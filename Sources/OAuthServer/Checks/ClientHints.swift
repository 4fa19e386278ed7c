import OAuth
internal import Primitives

/// Explains failures of client authentication.
struct ClientHints {
    let configuration: Configuration
    /// The methods that the endpoint accepts.
    let methods: [ClientAuthenticationMethod]

    private var client: RegisteredClient { configuration.client }

    /// Explains credentials that are not the registered client's.
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
        guard let secret = candidate.secret, let expected = client.secretDigest else {
            return Explanation(expected: "no client_secret, for the client is public", received: "a client_secret")
        }
        return Explanation(
            expected: "a client_secret with the fingerprint \(expected)", received: "\(secret)", hint: hint)
    }

    /// Explains an id that is not the registered client's.
    func explanation(ofID id: String) -> Explanation {
        let expected: SafeText = "client_id '\(public: client.id)'"
        guard Digest(of: id) != client.secretDigest else {
            return Explanation(
                expected: expected, received: "the client secret as client_id",
                hint: "Id and secret have changed places.")
        }
        return Explanation(expected: expected, received: "client_id '\(public: id)'", hint: hint(ofWrongID: id))
    }

    /// Explains a method that is not accepted, or missing credentials.
    func explanation(ofMethod method: ClientAuthenticationMethod?, received: SafeText? = nil) -> Explanation {
        let accepted = SafeText(methods.map { Self.name($0) }, separator: " or ")
        let hint: SafeText? =
            switch method {
            case .some(.none) where client.authentication != .none:
                "client_id came without client_secret: this client has a secret and has to send it."
            case .basic, .post:
                "The metadata list the methods under token_endpoint_auth_methods_supported; use one of those."
            default: nil
            }
        return Explanation(
            expected: accepted, received: received ?? method.map { Self.name($0) } ?? "no credentials", hint: hint)
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
        if id == client.id + " " || id.filter({ !$0.isWhitespace }) == client.id {
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
        if SpellingSuggestion.name(to: id, among: [client.id]) != nil { return "A few letters differ." }
        return "This server knows one client only, which is set with \(public: configuration.names.client)."
    }

    private static func name(_ method: ClientAuthenticationMethod) -> SafeText {
        switch method {
        case .basic: "client_secret_basic (an Authorization: Basic header)"
        case .post: "client_secret_post (client_id and client_secret in the body)"
        case .none: "none (client_id in the body, without a secret)"
        }
    }
}
