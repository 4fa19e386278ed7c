import MCPCore
import OAuth
import OAuthServer
import Primitives
import StaticAuthServer
import Testing
import TestSupport

private let authorizationServer = "/.well-known/oauth-authorization-server"
private let protectedResource = "/.well-known/oauth-protected-resource"

@Suite("Metadata documents")
struct MetadataTests {
    @Test(
        "The authorization server's metadata names itself, its endpoints and exactly what works",
        .proves(
            .serverMetadataIsPublic, .issuerIsOrigin, .serverMetadataIsComplete, .s256IsAnnounced,
            .issParameterIsAnnounced, .grantTypesAreListed, .clientAuthenticationIsListed, .noRegistrationIsAnnounced,
            .tokenServicesAreAnnounced, .scopesAreListed))
    func authorizationServerDocument() async throws {
        try await withTestServer({ $0.requireScope = ["echo": "echo"] }) { client, _ in
            let answer = try await client.get(authorizationServer)
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            let origin = client.origin
            let secret: JSONValue = ["client_secret_basic", "client_secret_post"]
            // The public client's comes last, so that a client with a secret does not pick it.
            let methods: JSONValue = ["client_secret_basic", "client_secret_post", "none"]
            let expected: JSONObject = [
                "issuer": .string(origin),
                "authorization_endpoint": .string(origin + "/authorize"),
                "token_endpoint": .string(origin + "/token"),
                "introspection_endpoint": .string(origin + "/introspect"),
                "revocation_endpoint": .string(origin + "/revoke"),
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": methods,
                "introspection_endpoint_auth_methods_supported": secret,
                "revocation_endpoint_auth_methods_supported": methods,
                "scopes_supported": ["user", "echo", "offline_access"],
                "authorization_response_iss_parameter_supported": true,
                "client_id_metadata_document_supported": false,
            ]
            #expect(answer.json == expected)
        }
    }

    @Test(
        "The announced methods of client authentication are those of the settings",
        .proves(.grantTypesAreListed, .clientAuthenticationIsListed, .tokenServicesAreAnnounced, .emptyListsAreOmitted),
        arguments: [
            (TokenAuthentication.basic, ["client_secret_basic"], ["client_secret_basic"]),
            (.post, ["client_secret_post"], ["client_secret_post"]),
            (.none, ["none"], ["client_secret_basic", "client_secret_post"]),
        ])
    func tokenAuth(mode: TokenAuthentication, methods: [String], introspection: [String]) async throws {
        let change = { @Sendable (settings: inout Settings) in
            (settings.tokenAuth, settings.publicClient) = (mode, .off)
        }
        try await withTestServer(change) { client, _ in
            let document = try await client.get(authorizationServer).json
            func list(_ name: String) -> [String?]? { document[name]?.array?.map(\.string) }
            #expect(list("token_endpoint_auth_methods_supported") == methods)
            #expect(list("revocation_endpoint_auth_methods_supported") == methods)
            #expect(list("introspection_endpoint_auth_methods_supported") == introspection)
            let mayActForItself = list("grant_types_supported")?.contains("client_credentials")
            #expect(mayActForItself == (mode != .none))
            #expect(document.members.allSatisfy { $0.value.array?.isEmpty != true })
        }
    }

    @Test(
        "Both documents of the resource name the authorization server, each with its own resource",
        .proves(
            .resourceMetadataHasAPathForm, .resourceMetadataHasARootForm, .resourceMetadataListsBaseScopes,
            .resourceMetadataIsWellFormed, .offlineAccessIsNotAdvertised)
    )
    func resourceDocuments() async throws {
        try await withTestServer { client, _ in
            for (path, resource) in [(protectedResource + "/mcp", "/mcp"), (protectedResource, "")] {
                let answer = try await client.get(path)
                #expect(answer.status == 200)
                let document = answer.json
                #expect(document["resource"]?.string == client.origin + resource)
                #expect(document["authorization_servers"] == [.string(client.origin)])
                #expect(document["scopes_supported"] == ["user"])
                #expect(document["bearer_methods_supported"] == ["header"])
                #expect(document["resource_name"]?.string?.isEmpty == false)
                #expect(document.members.allSatisfy { $0.value.array?.isEmpty != true })
                #expect(!answer.body.contains("#"))
            }
        }
    }

    @Test(
        "Other well-known paths are 404, so that clients try the next one",
        arguments: [
            "/.well-known/openid-configuration", "/.well-known/openid-configuration/mcp",
            "/mcp/.well-known/openid-configuration", authorizationServer + "/mcp", authorizationServer + "/",
            protectedResource + "/mcp/", protectedResource + "/other",
        ])
    func absentDocuments(path: String) async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get(path)
            #expect(answer.status == 404)
            #expect(answer["Location"] == nil)
        }
    }

    @Test(
        "A document has the host of the request, unless a public URL is configured", .proves(.issuerIsOrigin),
        arguments: ["localhost", "127.0.0.1", "[::1]"])
    func originOfTheRequest(host: String) async throws {
        try await withTestServer { client, _ in
            var client = client
            client.host = "\(host):\(client.port)"
            #expect(try await client.get(authorizationServer).json["issuer"]?.string == client.origin)
            let resource = try await client.get(protectedResource + "/mcp").json
            #expect(resource["resource"]?.string == "\(client.origin)/mcp")
        }
        try await withTestServer({
            $0.publicURL = "https://mcp.example.com/"
            $0.clientSecret = Secret("another-secret")
            $0.users = [.init(name: "ann", password: Secret("secret-1"))]
        }) { client, server in
            var client = client
            for name in ["\(host):\(client.port)", "mcp.example.com"] {
                client.host = name
                let document = try await client.get(authorizationServer).json
                #expect(document["issuer"]?.string == "https://mcp.example.com")
                #expect(document["token_endpoint"]?.string == "https://mcp.example.com/token")
            }
            #expect(server.baseURL == "https://mcp.example.com")
        }
    }

    @Test(
        "The documents ignore a version header, support HEAD and no other method, and are not cached",
        .proves(.endpointsLieAtTheRoot))
    func methods() async throws {
        try await withTestServer { client, _ in
            let plain = try await client.get(authorizationServer)
            let versioned = try await client.get(authorizationServer, [("MCP-Protocol-Version", "2025-03-26")])
            #expect(plain.json == versioned.json)
            #expect(plain["Cache-Control"] == "no-store")
            let head = try await client.send("HEAD", authorizationServer)
            #expect(head.status == 200)
            #expect(head.body == "")
            #expect(head["Content-Length"] == plain["Content-Length"])
            for path in [authorizationServer, protectedResource, protectedResource + "/mcp"] {
                let post = try await client.send("POST", path, body: "")
                #expect(post.status == 405)
                #expect(post["Allow"] == "GET, HEAD")
            }
        }
    }
}
