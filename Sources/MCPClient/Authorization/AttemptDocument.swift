internal import OAuth
package import Primitives

/// An attempt as a document, for an answer that arrives at another process.
///
/// It holds the verifier and the client's secret, so it is stored encrypted.
extension AuthorizationAttempt {
    private enum Member: String {
        case issuer, resource, scope, state, verifier, metadata
        case clientID = "client_id"
        case clientSecret = "client_secret"
        case registeredURI = "registered_uri"
        case redirectURI = "redirect_uri"
        case isStepUp = "step_up"
    }

    package var document: JSONObject {
        var document: JSONObject = [
            Member.metadata.rawValue: .object(issuer.document), Member.issuer.rawValue: .string(issuer.issuer),
            Member.clientID.rawValue: .string(client.id), Member.redirectURI.rawValue: .string(redirectURI),
            Member.state.rawValue: .string(state.reveal()),
            Member.verifier.rawValue: .string(verifier.secret.reveal()), Member.isStepUp.rawValue: .bool(isStepUp),
        ]
        document[Member.clientSecret.rawValue] = client.secret.map { .string($0.reveal()) }
        document[Member.registeredURI.rawValue] = client.registeredURI.map { .string($0) }
        document[Member.resource.rawValue] = resource.map { .string($0) }
        document[Member.scope.rawValue] = scope.map { .string($0.description) }
        return document
    }

    /// Reads a document.
    ///
    /// - Parameter server: the MCP server of the attempt, for the rules about its authorization server's URLs.
    /// - Returns: nil when it is damaged.
    package init?(_ document: JSONObject, server: String) {
        func text(_ member: Member) -> String? { document[member.rawValue]?.string }
        guard let address = WebAddress(server), let named = text(.issuer),
            let metadata = document[Member.metadata.rawValue]?.object,
            let issuer = try? IssuerMetadata(metadata, for: named, check: AddressCheck(server: address)),
            let id = text(.clientID), let redirectURI = text(.redirectURI), let state = text(.state),
            let verifier = text(.verifier).flatMap({ CodeVerifier(Secret($0)) })
        else { return nil }
        self.init(
            issuer: issuer,
            client: ClientIdentity(
                id: id, secret: text(.clientSecret).map(Secret.init), registeredURI: text(.registeredURI)),
            redirectURI: redirectURI, resource: text(.resource),
            scope: text(.scope).map { Scope($0.split(separator: " ").map(String.init)) },
            isStepUp: document[Member.isStepUp.rawValue]?.bool ?? false, state: Secret(state), verifier: verifier)
    }
}

extension IssuerMetadata {
    private typealias Name = AuthorizationServerMetadata.MemberName

    /// The members of RFC 8414 §2 that a client needs.
    fileprivate var document: JSONObject {
        var document: JSONObject = [
            Name.issuer.rawValue: .string(issuer), Name.authorizationEndpoint.rawValue: .string(authorizationEndpoint),
            Name.tokenEndpoint.rawValue: .string(tokenEndpoint),
            Name.codeChallengeMethods.rawValue: [.string(CodeChallenge.method)],
            Name.issuerInResponse.rawValue: .bool(namesIssuerInResponse),
        ]
        document[Name.tokenMethods.rawValue] = tokenMethods.map { .array($0.map(JSONValue.string)) }
        document[Name.scopes.rawValue] = scopes.map { .array($0.map(JSONValue.string)) }
        for (name, url) in [
            (Name.registrationEndpoint, registrationEndpoint), (.revocationEndpoint, revocationEndpoint),
        ] {
            document[name.rawValue] = url.map { .string($0) }
        }
        return document
    }
}
