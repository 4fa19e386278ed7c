import OAuth
import Primitives
import Testing

@testable import MCPClient

@Suite("Attempts as documents")
struct AttemptDocumentTests {
    private static func attempt(_ server: String = "https://mcp.example.com/mcp") throws -> AuthorizationAttempt {
        let metadata: JSONObject = [
            "issuer": "https://as.example.com", "authorization_endpoint": "https://as.example.com/authorize",
            "token_endpoint": "https://as.example.com/token", "revocation_endpoint": "https://as.example.com/revoke",
            "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": true,
            "token_endpoint_auth_methods_supported": ["client_secret_basic"], "scopes_supported": ["a", "b"],
        ]
        let check = AddressCheck(server: try #require(WebAddress(server)))
        return AuthorizationAttempt(
            issuer: try IssuerMetadata(metadata, for: "https://as.example.com", check: check),
            client: ClientIdentity(id: "c", secret: Secret("s"), registeredURI: "https://app/cb"),
            redirectURI: "https://app/cb", resource: "https://mcp.example.com/mcp", scope: Scope(["a"]), isStepUp: true)
    }

    @Test("An attempt survives its document: the same URL, state, verifier, client and endpoints")
    func roundTrip() throws {
        let attempt = try Self.attempt()
        let parsed = try #require(try JSONParser.parse(JSONWriter.bytes(of: attempt.document)).object)
        let read = try #require(AuthorizationAttempt(parsed, server: "https://mcp.example.com/mcp"))
        #expect(read.url == attempt.url && read.state == attempt.state && read.isStepUp)
        #expect(read.verifier.secret == attempt.verifier.secret && read.client == attempt.client)
        #expect(read.issuer.namesIssuerInResponse && read.issuer.tokenMethods == ["client_secret_basic"])
        #expect(read.issuer.revocationEndpoint == attempt.issuer.revocationEndpoint)
        #expect(read.asksTheSame(as: attempt))
    }

    @Test("A damaged document is no attempt, nor one whose endpoints the server may not name")
    func damaged() throws {
        let document = try Self.attempt().document
        let optional = ["scope", "resource", "client_secret", "registered_uri", "step_up"]
        for (name, _) in document.members where !optional.contains(name) {
            var damaged = document
            damaged[name] = nil
            #expect(AuthorizationAttempt(damaged, server: "https://mcp.example.com/mcp") == nil, "without \(name)")
        }
        var inward = document
        var metadata = try #require(document["metadata"]?.object)
        metadata["token_endpoint"] = "https://10.0.0.1/token"
        inward["metadata"] = .object(metadata)
        #expect(AuthorizationAttempt(inward, server: "https://mcp.example.com/mcp") == nil)
    }
}
