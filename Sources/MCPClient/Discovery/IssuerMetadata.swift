internal import OAuth
internal import Primitives

/// The metadata of an authorization server, as far as a client needs it.
///
/// RFC 8414 §2, RFC 9207 §3. The document has been checked: its issuer is the requested one, it supports PKCE with
/// S256, and its URLs may be called.
public struct IssuerMetadata: Sendable {
    /// The issuer, byte for byte as in the protected resource's metadata.
    public let issuer: String
    /// The URL for the browser.
    public let authorizationEndpoint: String
    /// The URL at which codes and refresh tokens are exchanged.
    public let tokenEndpoint: String
    /// The URL of dynamic registration, if supported.
    public let registrationEndpoint: String?
    /// The URL at which tokens are revoked.
    public let revocationEndpoint: String?
    /// The URL at which tokens are introspected.
    public let introspectionEndpoint: String?
    /// The methods of client authentication at the token endpoint; nil when the document names none.
    public let tokenMethods: [String]?
    /// All scopes, if the document names them.
    public let scopes: [String]?
    /// Whether every authorization response has `iss`.
    public let namesIssuerInResponse: Bool
    /// Whether client id metadata documents are supported.
    public let takesClientDocuments: Bool

    private typealias Name = AuthorizationServerMetadata.MemberName

    /// Reads a document that was fetched for an issuer.
    ///
    /// - Throws: `discovery` for another issuer, missing PKCE support, or a URL that may not be called.
    init(_ document: JSONObject, for issuer: String, check: AddressCheck) throws(ClientError) {
        let named = document[Name.issuer.rawValue]?.string
        guard let named, named.utf8.elementsEqual(issuer.utf8) else {
            throw ClientError(
                .discovery,
                "The authorization server's metadata names the issuer '\((named ?? "none").printable())', but it was "
                    + "fetched for '\(issuer.printable())'.",
                advice: .sentence(
                    "RFC 8414 §3.3 wants them identical, down to a trailing slash. The server's operator has to correct "
                        + "one of them."))
        }
        self.issuer = issuer
        let methods = document[Name.codeChallengeMethods.rawValue]?.array?.compactMap(\.string)
        guard methods?.contains(CodeChallenge.method) == true else {
            throw ClientError(
                .discovery,
                "The authorization server \(issuer) does not announce PKCE with S256 "
                    + "(code_challenge_methods_supported: \(methods?.joined(separator: ", ").printable() ?? "absent")).",
                advice: "MCP clients must refuse that; its operator has to announce S256.")
        }
        func url(_ name: Name) throws(ClientError) -> String? {
            guard let text = document[name.rawValue]?.string?.unlessEmpty else { return nil }
            return try check.address(text, in: name.rawValue).text
        }
        func required(_ name: Name) throws(ClientError) -> String {
            guard let text = try url(name) else {
                throw ClientError(.discovery, "The metadata of \(issuer) has no \(name.rawValue).")
            }
            return text
        }
        authorizationEndpoint = try required(.authorizationEndpoint)
        tokenEndpoint = try required(.tokenEndpoint)
        registrationEndpoint = try url(.registrationEndpoint)
        revocationEndpoint = try url(.revocationEndpoint)
        introspectionEndpoint = try url(.introspectionEndpoint)
        // An empty list means the same as none (RFC 8414 §3.2).
        let tokenMethods = document[Name.tokenMethods.rawValue]?.array?.compactMap(\.string) ?? []
        self.tokenMethods = tokenMethods.isEmpty ? nil : tokenMethods
        scopes = document[Name.scopes.rawValue]?.array?.compactMap(\.string)
        namesIssuerInResponse = document[Name.issuerInResponse.rawValue]?.bool ?? false
        takesClientDocuments = document[Name.clientIDMetadataDocument.rawValue]?.bool ?? false
    }

    /// Makes the endpoints that MCP 2025-03-26 assumes without metadata.
    init(assumedAt origin: String) {
        issuer = origin
        authorizationEndpoint = origin + "/authorize"
        tokenEndpoint = origin + "/token"
        registrationEndpoint = origin + "/register"
        (revocationEndpoint, introspectionEndpoint, tokenMethods, scopes) = (nil, nil, nil, nil)
        (namesIssuerInResponse, takesClientDocuments) = (false, false)
    }

    /// The possible URLs of an issuer's metadata, in the order in which they are tried.
    ///
    /// MCP 2026-07-28, basic/authorization/authorization-server-discovery.
    static func candidates(for issuer: WebAddress) -> [String] {
        let hasPath = !["", "/"].contains(issuer.path)
        let inserted = ["oauth-authorization-server", "openid-configuration"].map { issuer.wellKnown($0) }
        return inserted
            + (hasPath ? ["\(issuer.origin)\(issuer.path.trimmingSlash)/.well-known/openid-configuration"] : [])
    }
}

extension String {
    /// The text without one slash at its end.
    var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
