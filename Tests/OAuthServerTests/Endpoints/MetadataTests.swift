import OAuth
import OAuthServer
import Testing
import TestSupport

@Suite struct MetadataTests {
    private let setup = ServerUnderTest()
    private let origin = ServerUnderTest.origin

    @Test(
        "The authorization server's metadata has these members and values",
        .proves(
            .issuerIsOrigin, .serverMetadataIsComplete, .s256IsAnnounced, .issParameterIsAnnounced,
            .grantTypesAreListed, .clientAuthenticationIsListed, .noRegistrationIsAnnounced, .tokenServicesAreAnnounced,
            .scopesAreListed, .endpointsLieAtTheRoot))
    func authorizationServer() {
        let document = setup.server.metadata.authorizationServer(origin: origin).document
        let methods = ["client_secret_basic", "client_secret_post"]
        #expect(
            document
                == Document([
                    Name("issuer"): .string(origin),
                    Name("authorization_endpoint"): .string(origin + "/authorize"),
                    Name("token_endpoint"): .string(origin + "/token"),
                    Name("introspection_endpoint"): .string(origin + "/introspect"),
                    Name("revocation_endpoint"): .string(origin + "/revoke"),
                    Name("response_types_supported"): .strings(["code"]),
                    Name("response_modes_supported"): .strings(["query"]),
                    Name("grant_types_supported"): .strings([
                        "authorization_code", "refresh_token", "client_credentials",
                    ]),
                    Name("code_challenge_methods_supported"): .strings(["S256"]),
                    Name("token_endpoint_auth_methods_supported"): .strings(methods),
                    Name("introspection_endpoint_auth_methods_supported"): .strings(methods),
                    Name("revocation_endpoint_auth_methods_supported"): .strings(methods),
                    Name("scopes_supported"): .strings(["user", "echo", "offline_access"]),
                    Name("authorization_response_iss_parameter_supported"): .boolean(true),
                    Name("client_id_metadata_document_supported"): .boolean(false),
                ]))
    }

    @Test(
        "Methods and grant types follow the settings",
        .proves(.grantTypesAreListed, .clientAuthenticationIsListed, .tokenServicesAreAnnounced),
        arguments: [
            (TokenAuthentication.basic, ["client_secret_basic"], ["client_secret_basic"], 3),
            (.post, ["client_secret_post"], ["client_secret_post"], 3),
            (.none, ["none"], ["client_secret_basic", "client_secret_post"], 2),
        ])
    func methods(authentication: TokenAuthentication, token: [String], introspection: [String], grants: Int) {
        let document = ServerUnderTest(authentication: authentication).server.metadata
            .authorizationServer(origin: origin).document
        #expect(document["token_endpoint_auth_methods_supported"] == .strings(token))
        #expect(document["revocation_endpoint_auth_methods_supported"] == .strings(token))
        #expect(document["introspection_endpoint_auth_methods_supported"] == .strings(introspection))
        let types = ["authorization_code", "refresh_token", "client_credentials"].prefix(grants)
        #expect(document["grant_types_supported"] == .strings(Array(types)))
    }

    @Test("The metadata is consistent for each spelling of the origin", .proves(.issuerIsOrigin))
    func spelling() {
        for origin in [ServerUnderTest.origin, ServerUnderTest.localhost] {
            #expect(setup.server.metadata.authorizationServer(origin: origin).document["issuer"] == .string(origin))
            let resource = setup.server.metadata.protectedResource(origin: origin).document
            #expect(resource["resource"] == .string(origin + "/mcp"))
            #expect(resource["authorization_servers"] == .strings([origin]))
        }
    }

    @Test(
        "The metadata names the resource of its URL",
        .proves(.resourceMetadataHasAPathForm, .resourceMetadataHasARootForm))
    func resourceNames() {
        let metadata = setup.server.metadata
        #expect(metadata.protectedResource(origin: origin).document["resource"] == .string(origin + "/mcp"))
        #expect(metadata.originResource(origin: origin).document["resource"] == .string(origin))
        for document in [metadata.protectedResource(origin: origin), metadata.originResource(origin: origin)] {
            #expect(document.document["authorization_servers"] == .strings([origin]))
        }
    }

    @Test(
        "The resource asks for the base scope only",
        .proves(.resourceMetadataListsBaseScopes, .resourceMetadataIsWellFormed, .offlineAccessIsNotAdvertised))
    func resourceScopes() {
        let document = setup.server.metadata.protectedResource(origin: origin).document
        #expect(document["scopes_supported"] == .strings(["user"]))
        #expect(document["bearer_methods_supported"] == .strings(["header"]))
        #expect(document["resource_name"] == .string("MCP server"))
        let bare = ServerUnderTest { $0.baseScope = Scope([]) }
        #expect(bare.server.metadata.protectedResource(origin: origin).document["scopes_supported"] == nil)
    }

    /// A member name in JSON, so that the test repeats no constant of the sources.
    private struct Name: RawRepresentable {
        let rawValue: String
        init(rawValue: String) { self.rawValue = rawValue }
        init(_ name: String) { rawValue = name }
    }
}
