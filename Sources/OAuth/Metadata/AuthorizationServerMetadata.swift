/// The metadata of an authorization server.
///
/// RFC 8414 §2. The constants hold whatever the settings: the server answers with a code in the query, requires PKCE
/// with S256, names itself in its answers (RFC 9207) and fetches no client metadata documents.
public struct AuthorizationServerMetadata: Sendable {
    /// The issuer, from which the well-known URL is derived.
    public let issuer: String
    /// The URLs of the endpoints.
    public let authorizationEndpoint, tokenEndpoint, revocationEndpoint, introspectionEndpoint: String
    /// The grant types of the token endpoint.
    public let grantTypes: [GrantType]
    /// The methods of client authentication at each endpoint that requires it.
    public let tokenMethods, revocationMethods, introspectionMethods: [ClientAuthenticationMethod]
    /// All scopes that clients can request.
    public let scopes: Scope

    /// Collects the metadata.
    public init(
        issuer: String, authorizationEndpoint: String, tokenEndpoint: String, revocationEndpoint: String,
        introspectionEndpoint: String, grantTypes: [GrantType], tokenMethods: [ClientAuthenticationMethod],
        revocationMethods: [ClientAuthenticationMethod], introspectionMethods: [ClientAuthenticationMethod],
        scopes: Scope
    ) {
        self.issuer = issuer
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.revocationEndpoint = revocationEndpoint
        self.introspectionEndpoint = introspectionEndpoint
        self.grantTypes = grantTypes
        self.tokenMethods = tokenMethods
        self.revocationMethods = revocationMethods
        self.introspectionMethods = introspectionMethods
        self.scopes = scopes
    }

    /// The names of the members, as RFC 8414 §2 and its extensions spell them.
    package enum MemberName: String {
        case issuer
        case authorizationEndpoint = "authorization_endpoint"
        case tokenEndpoint = "token_endpoint"
        case introspectionEndpoint = "introspection_endpoint"
        case revocationEndpoint = "revocation_endpoint"
        case registrationEndpoint = "registration_endpoint"
        case responseTypes = "response_types_supported"
        case responseModes = "response_modes_supported"
        case grantTypes = "grant_types_supported"
        case codeChallengeMethods = "code_challenge_methods_supported"
        case tokenMethods = "token_endpoint_auth_methods_supported"
        case introspectionMethods = "introspection_endpoint_auth_methods_supported"
        case revocationMethods = "revocation_endpoint_auth_methods_supported"
        case scopes = "scopes_supported"
        case issuerInResponse = "authorization_response_iss_parameter_supported"
        case clientIDMetadataDocument = "client_id_metadata_document_supported"
    }

    /// The JSON document.
    ///
    /// It has no `registration_endpoint`, because registration is refused.
    public var document: Document {
        Document([
            MemberName.issuer: .string(issuer),
            .authorizationEndpoint: .string(authorizationEndpoint),
            .tokenEndpoint: .string(tokenEndpoint),
            .introspectionEndpoint: .string(introspectionEndpoint),
            .revocationEndpoint: .string(revocationEndpoint),
            .responseTypes: .strings([ParameterName.code.rawValue]),
            .responseModes: .strings([AuthorizationRequest.responseMode]),
            .grantTypes: .strings(grantTypes.map(\.rawValue)),
            .codeChallengeMethods: .strings([CodeChallenge.method]),
            .tokenMethods: .strings(tokenMethods.map(\.rawValue)),
            .introspectionMethods: .strings(introspectionMethods.map(\.rawValue)),
            .revocationMethods: .strings(revocationMethods.map(\.rawValue)),
            .scopes: .strings(scopes.tokens),
            .issuerInResponse: .boolean(true),
            .clientIDMetadataDocument: .boolean(false),
        ])
    }
}
