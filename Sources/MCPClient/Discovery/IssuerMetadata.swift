internal import Primitives
internal import OAuth

/// What an authorization server says about itself, as far as a client needs it.
///
/// RFC 8414 §2, RFC 9207 §3. The document has been checked: its issuer is the one asked for, it supports PKCE with
/// S256, and its URLs may be called.
public struct IssuerMetadata: Sendable {
    /// The issuer, byte for byte as the protected resource names it.
    public let issuer: String
    /// Where the browser goes.
    public let authorizationEndpoint: String
    /// Where codes and refresh tokens are traded.
    public let tokenEndpoint: String
    /// Where clients register, if they can.
    public let registrationEndpoint: String?
    /// Where tokens are given back.
    public let revocationEndpoint: String?
    /// Where tokens are looked up.
    public let introspectionEndpoint: String?
    /// How clients may authenticate at the token endpoint; nil when the document does not say.
    public let tokenMethods: [String]?
    /// All scopes there are, if it says.
    public let scopes: [String]?
    /// Whether every authorization response carries `iss`.
    public let namesIssuerInResponse: Bool
    /// Whether a URL may stand for a client (client id metadata documents).
    public let takesClientDocuments: Bool

    private typealias Name = AuthorizationServerMetadata.MemberName

    /// Reads a document that was fetched for an issuer.
    ///
    /// - Throws: `discovery` for another issuer, missing PKCE, or a URL that may not be called.
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
        // An empty list says no more than none (RFC 8414 §3.2).
        let tokenMethods = document[Name.tokenMethods.rawValue]?.array?.compactMap(\.string) ?? []
        self.tokenMethods = tokenMethods.isEmpty ? nil : tokenMethods
        scopes = document[Name.scopes.rawValue]?.array?.compactMap(\.string)
        namesIssuerInResponse = document[Name.issuerInResponse.rawValue]?.bool ?? false
        takesClientDocuments = document[Name.clientIDMetadataDocument.rawValue]?.bool ?? false
    }

    /// The endpoints that MCP 2025-03-26 assumes where there is no metadata at all.
    init(assumedAt origin: String) {
        issuer = origin
        authorizationEndpoint = origin + "/authorize"
        tokenEndpoint = origin + "/token"
        registrationEndpoint = origin + "/register"
        (revocationEndpoint, introspectionEndpoint, tokenMethods, scopes) = (nil, nil, nil, nil)
        (namesIssuerInResponse, takesClientDocuments) = (false, false)
    }

    /// The URLs at which the metadata of an issuer may be, in the order in which they are tried.
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
