internal import Primitives

/// The methods of client authentication at the token, introspection and revocation endpoints.
///
/// The IANA "OAuth Token Endpoint Authentication Methods" registry.
public enum ClientAuthenticationMethod: String, Sendable {
    case basic = "client_secret_basic"
    case post = "client_secret_post"
    case none
}

/// The credentials that a request presents, by exactly one method.
///
/// RFC 6749 §2.3.1, OAuth 2.1 §2.4.1.
public struct ClientCredentials: Sendable {
    /// One reading of the credentials.
    public struct Candidate: Sendable, Equatable {
        /// The client's id.
        public let id: String
        /// The client's secret; nil for a public client.
        public let secret: Secret?
    }

    /// The method by which they were sent.
    public let method: ClientAuthenticationMethod

    /// The credentials: one reading, or two for a Basic header.
    ///
    /// Id and secret have to be form-encoded before they are joined by a colon, which many clients do not do. So the
    /// decoded pair comes first and the raw pair second.
    public let candidates: [Candidate]

    /// Finds the credentials, or returns nil when the request has none.
    ///
    /// - Throws: `invalid_request` for more than one method, or for a `client_id` that contradicts the header;
    ///   `invalid_client` for another scheme than Basic or credentials that cannot be read.
    public init?(authorization: [String], parameters: FormParameters) throws(OAuthError) {
        let id = try parameters.value(.clientID)
        let secret = try parameters.value(.clientSecret).map(Secret.init)
        guard let field = try AuthorizationField.only(of: authorization) else {
            guard id != nil || secret != nil else { return nil }
            guard let id else {
                throw OAuthError(
                    .invalidClient, "There is a client_secret without a client_id, which every client sends.",
                    Explanation(
                        expected: "client_id", received: parameters.received,
                        hint: parameters.trace(of: .clientID)))
            }
            method = secret == nil ? .none : .post
            candidates = [Candidate(id: id, secret: secret)]
            return
        }
        guard secret == nil else {
            throw OAuthError(
                .invalidRequest,
                "The client authenticates twice, by Authorization header and by client_secret; use one of them.",
                Explanation(
                    expected: "an Authorization header or client_secret in the body", received: "both",
                    hint: "Choose one of token_endpoint_auth_methods_supported and leave the other out."))
        }
        candidates = try Self.basic(field)
        method = .basic
        guard id == nil || candidates.contains(where: { $0.id == id }) else {
            throw OAuthError(
                .invalidRequest, "The client_id differs from the one in the Authorization header.",
                Explanation(
                    expected: "the same client_id in header and body, or none in the body",
                    received: "different ones",
                    hint: "Another client's id may be left over in one of the two places."))
        }
    }

    private static func basic(_ field: AuthorizationField) throws(OAuthError) -> [Candidate] {
        guard field.isOf(scheme: "basic") else {
            throw OAuthError(
                .invalidClient, "The Authorization header must use the Basic scheme here.",
                Explanation(
                    expected: "Authorization: Basic, followed by the client's credentials",
                    received: field.shown,
                    hint: field.isOf(scheme: "bearer") ? hint(ofBearer: field) : field.hint(insteadOf: "Basic")))
        }
        guard let bytes = Base64.standard.decode(field.credentials), let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        else {
            throw OAuthError(
                .invalidClient, "The Basic credentials must be the Base64 of the client id, a colon and the secret.",
                Explanation(
                    expected: "the Base64 of client_id:client_secret",
                    received: "\(field.credentials.utf8.count) characters",
                    hint: field.isJoined ? AuthorizationField.joined : hint(ofUnreadable: field.credentials)))
        }
        let (id, secret) = (bytes[..<colon], bytes[bytes.index(after: colon)...])
        let readings: [(ArraySlice<UInt8>) -> String?] = [FormCoding.decode, { String(validating: $0, as: UTF8.self) }]
        return readings.compactMap { read in
            guard let id = read(id), let secret = read(secret), id.isStreamSafe, secret.isStreamSafe else { return nil }
            return Candidate(id: id, secret: Secret(secret))
        }
    }

    private static func hint(ofBearer field: AuthorizationField) -> SafeText {
        switch field.form {
        case .clientCredentials: "These are a client's credentials. Write Basic in place of Bearer."
        case .token: "An access token does not authenticate a client here: send the client's own credentials."
        case .other:
            "Bearer goes with access tokens. A client with a secret authenticates with Basic and the Base64 of its id, a "
                + "colon and its secret."
        }
    }

    private static func hint(ofUnreadable credentials: String) -> SafeText {
        if credentials.isEmpty { return "There is nothing after Basic: the variable for it is not set, or empty." }
        if let placeholder = SecretHints.placeholder(credentials) { return placeholder }
        if credentials.lowercased().hasPrefix("basic ") { return "The word Basic is there twice." }
        if credentials.contains(":") { return "They are in the clear. Encode them as Base64 first." }
        if Base64.standard.decode(credentials) != nil { return "There is no colon between id and secret." }
        if Base64.url.decode(credentials) != nil {
            return "They are in the URL-safe alphabet. Basic takes the standard one, with + and / (RFC 7617)."
        }
        return "They are not Base64."
    }
}
