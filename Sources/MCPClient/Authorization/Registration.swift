internal import OAuth
internal import Primitives

/// Determines the identity of the client at an authorization server.
///
/// MCP 2026-07-28, basic/authorization/client-registration: given credentials, otherwise a client id metadata document,
/// otherwise dynamic registration, otherwise an error that asks for credentials.
struct Registration: Sendable {
    let web: WebClient
    /// The URL of this client's metadata document, if it has published one.
    var clientDocument: String?

    /// The identity for an issuer and for a redirect URI.
    ///
    /// - Throws: `authorizationRequired` when there is none, with advice on how to give one.
    func identity(
        at issuer: IssuerMetadata, given: ClientIdentity?, redirectURI: String
    ) async throws -> ClientIdentity {
        if let given { return given }
        if issuer.takesClientDocuments, let clientDocument { return ClientIdentity(id: clientDocument) }
        guard let endpoint = issuer.registrationEndpoint else { throw Self.nobody(at: issuer.issuer, "is not offered") }
        return try await register(at: endpoint, issuer: issuer, redirectURI: redirectURI)
    }

    /// Registers dynamically, once (RFC 7591 §3.1).
    private func register(
        at endpoint: String, issuer: IssuerMetadata, redirectURI: String
    ) async throws -> ClientIdentity {
        let request: JSONObject = [
            "client_name": .string(ClientDescription.name),
            "application_type": .string(Self.applicationType(of: redirectURI)),
            "redirect_uris": [.string(redirectURI)],
            "grant_types": [.string(GrantType.authorizationCode.rawValue), .string(GrantType.refreshToken.rawValue)],
            "response_types": ["code"], "token_endpoint_auth_method": .string(Self.method(at: issuer)),
        ]
        let response = try await web.send(
            WebRequest(
                .post, endpoint, fields: [("Content-Type", "application/json"), ("Accept", "application/json")],
                body: JSONWriter.bytes(of: request)))
        let document = response.json
        guard response.head.isSuccess,
            let id = document?[ParameterName.clientID.rawValue]?.string?.unlessEmpty
        else {
            let refusal = response.refusal
            if refusal.kind == .network { throw refusal }
            throw Self.nobody(at: issuer.issuer, "was refused with status \(response.status)", refusal)
        }
        return ClientIdentity(
            id: id, secret: document?[ParameterName.clientSecret.rawValue]?.string?.unlessEmpty.map(Secret.init),
            registeredURI: redirectURI)
    }

    /// The kind of client in the words of OpenID Connect Registration §2: `native` for a callback on this machine.
    private static func applicationType(of redirectURI: String) -> String {
        redirectURI.hasPrefix("https://") ? "web" : "native"
    }

    private static func method(at issuer: IssuerMetadata) -> String {
        let offered = issuer.tokenMethods ?? [ClientAuthenticationMethod.basic.rawValue]
        let known = [ClientAuthenticationMethod.none, .basic, .post].map(\.rawValue)
        return known.first(where: offered.contains) ?? ClientAuthenticationMethod.none.rawValue
    }

    private static func nobody(
        at issuer: String, _ registration: String, _ refusal: ClientError? = nil
    ) -> ClientError {
        ClientError(
            .authorizationRequired,
            "No client is known for the authorization server \(issuer), and dynamic registration \(registration)"
                + (refusal.map { ": \($0.problem)" } ?? "."),
            advice: .nameClient)
    }
}
