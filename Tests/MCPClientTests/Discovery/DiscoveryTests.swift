import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Discovery")
struct DiscoveryTests {
    private static let path = "/.well-known/oauth-protected-resource/mcp"
    private static let root = "/.well-known/oauth-protected-resource"
    private static let issuer = "/.well-known/oauth-authorization-server"
    private static let openID = "/.well-known/openid-configuration"
    private static let missing: ScriptedServer.Script = { _ in HTTPResponse(.notFound) }

    /// The result of a login; when it fails, the person must not have been asked.
    private static func discover(
        _ server: ScriptedServer, _ bench: Bench, at url: String? = nil,
        _ change: (inout ServerAccess.Options) -> Void = { _ in }
    ) async throws -> DiscoveredServer {
        try await bench.access(url ?? server.mcpURL, agent: nil, change).discover().found
    }

    @Test("The challenge's URL is used, and no other place is tried", .proves(.metadataIsFoundByChallenge))
    func challenge() async throws {
        try await ScriptedServer.run { server in
            server.serve("/mcp") { _ in
                server.challenge("resource_metadata=\"\(server.origin)/elsewhere\", scope=\"a b\"")
            }
            server.serve("/elsewhere") { _ in .json(ScriptedServer.resourceMetadata(server.origin)) }
            try await Bench.run { bench in
                let found = try await Self.discover(server, bench)
                #expect(found.resource == server.mcpURL)
                #expect(found.challengeScope == "a b")
                #expect(server.paths == ["/mcp", "/elsewhere", Self.issuer])
                server.serve("/elsewhere", Self.missing)
                #expect(await failure { _ = try await Self.discover(server, bench) }?.kind == .discovery)
                #expect(!server.paths.contains(Self.path) && !server.paths.contains(Self.root))
            }
        }
    }

    @Test("Without a challenge the path form comes first, then the root form", .proves(.metadataIsFoundByChallenge))
    func order() async throws {
        try await ScriptedServer.run(["/mcp": { _ in HTTPResponse(.unauthorized) }]) { server in
            try await Bench.run { bench in
                _ = try await Self.discover(server, bench)
                #expect(server.paths == ["/mcp", Self.path, Self.issuer])
                server.serve(Self.path) { _ in .html("<h1>no such page</h1>") }
                server.serve(Self.root) { _ in
                    .json(ScriptedServer.resourceMetadata(server.origin, resource: server.origin))
                }
                #expect(try await Self.discover(server, bench).resource == server.origin)
                #expect(server.paths.suffix(4) == ["/mcp", Self.path, Self.root, Self.issuer])
            }
        }
    }

    @Test("Metadata about another resource stops the login before a browser opens", .proves(.foreignMetadataIsRefused))
    func otherResource() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                for other in [
                    "https://other/mcp", "\(server.origin)/mcp/", "\(server.origin)/mc", server.origin, "no url",
                ] {
                    server.serve(Self.path) { _ in
                        .json(ScriptedServer.resourceMetadata(server.origin, resource: other))
                    }
                    let access = try bench.access(server.mcpURL, agent: bench.person)
                    #expect(await failure { _ = try await access.authorize() }?.kind == .discovery, "\(other)")
                }
                #expect(!server.paths.contains("/authorize"))
                server.serve(Self.path) { _ in
                    .json(ScriptedServer.resourceMetadata(server.origin, resource: server.origin))
                }
                #expect(
                    try await Self.discover(server, bench) { $0.isResourceLenient = true }.resource == server.origin)
                server.serve(Self.path) { _ in
                    .json(ScriptedServer.resourceMetadata(server.origin, resource: "\(server.origin)/mc"))
                }
                #expect(
                    await failure { _ = try await Self.discover(server, bench) { $0.isResourceLenient = true } } != nil)
            }
        }
    }

    @Test(
        "The issuer's metadata is searched in order, with and without a path", .proves(.issuerMetadataHasKnownPlaces))
    func issuerOrder() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                server.serve(Self.issuer, Self.missing)
                server.serve(Self.openID) { _ in .json(ScriptedServer.issuerMetadata(server.origin)) }
                _ = try await Self.discover(server, bench)
                #expect(server.paths == ["/mcp", Self.path, Self.issuer, Self.openID])

                let tenant = "\(server.origin)/t"
                server.serve(Self.path) { _ in
                    var document = ScriptedServer.resourceMetadata(server.origin)
                    document["authorization_servers"] = [.string(tenant)]
                    return .json(document)
                }
                server.serve("/t\(Self.openID)") { _ in .json(ScriptedServer.issuerMetadata(tenant, at: server.origin))
                }
                #expect(try await Self.discover(server, bench).issuer.issuer == tenant)
                #expect(server.paths.suffix(3) == ["\(Self.issuer)/t", "\(Self.openID)/t", "/t\(Self.openID)"])
            }
        }
    }

    @Test(
        "Metadata of another issuer is not used, and the next place is not tried either",
        .proves(.issuerMustMatchItsMetadata))
    func otherIssuer() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                for other in ["\(server.origin)/", "https://other", server.origin.uppercased(), ""] {
                    server.serve(Self.issuer) { _ in .json(ScriptedServer.issuerMetadata(other, at: server.origin)) }
                    let error = await failure { _ = try await Self.discover(server, bench) }
                    #expect(error?.problem.contains("'\(server.origin)'") == true, "\(other)")
                    #expect(error?.problem.contains("'\(other)'") == true, "\(other)")
                }
                #expect(!server.paths.contains(Self.openID))
            }
        }
    }

    @Test(
        "Without S256 in the metadata no browser opens", .proves(.noLoginWithoutPKCE),
        arguments: [nil, [], ["plain"]] as [[String]?])
    func noPKCE(_ methods: [String]?) async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                for place in [Self.issuer, Self.openID] {
                    server.serve(Self.issuer, Self.missing)
                    server.serve(place) { _ in
                        var document = ScriptedServer.issuerMetadata(server.origin)
                        document["code_challenge_methods_supported"] = methods.map { .array($0.map { .string($0) }) }
                        return .json(document)
                    }
                    let access = try bench.access(server.mcpURL, agent: bench.person)
                    #expect(await failure { _ = try await access.authorize() }?.problem.contains("S256") == true)
                }
                #expect(!server.paths.contains("/authorize"))
            }
        }
    }

    @Test(
        "A server of 2025-03-26 is found by its origin, and without metadata only on request",
        .proves(.originIsTheLegacyIssuer))
    func old() async throws {
        try await ScriptedServer.run(["/mcp": { _ in HTTPResponse(.unauthorized) }, Self.path: Self.missing]) {
            server in
            try await Bench.run { bench in
                let found = try await Self.discover(server, bench)
                #expect(found.source == .originMetadata)
                #expect(found.resource == server.mcpURL)
                // No document has named the issuer yet, so both spellings of an origin are its name; another origin is
                // not.
                server.serve(Self.issuer) { _ in
                    .json(ScriptedServer.issuerMetadata(server.origin + "/", at: server.origin))
                }
                let slashed = try await Self.discover(server, bench)
                #expect(slashed.issuer.issuer == server.origin + "/")
                server.serve(Self.issuer) { _ in .json(ScriptedServer.issuerMetadata("https://other.example")) }
                #expect(
                    await failure { _ = try await Self.discover(server, bench) }?.problem.contains("issuer") == true)
                server.serve(Self.issuer, Self.missing)
                #expect(
                    await failure { _ = try await Self.discover(server, bench) }?.advice == .assumeEndpoints)
                let assumed = try await Self.discover(server, bench) { $0.mayAssumeEndpoints = true }
                #expect(assumed.issuer.authorizationEndpoint == "\(server.origin)/authorize")
                #expect(assumed.issuer.tokenEndpoint == "\(server.origin)/token")
            }
        }
    }

    @Test(
        "URLs that are not https or not on this machine are not called", .proves(.serverURLsAreSafe),
        arguments: [
            "javascript:alert(1)", "file:///etc/passwd", "http://example.com/authorize", "ftp://127.0.0.1/",
            "http://user@127.0.0.1/", "", "/authorize",
        ])
    func badURLs(_ url: String) async throws {
        try await ScriptedServer.run { server in
            server.serve(Self.issuer) { _ in
                var document = ScriptedServer.issuerMetadata(server.origin)
                document["authorization_endpoint"] = .string(url)
                return .json(document)
            }
            try await Bench.run { bench in
                #expect(await failure { _ = try await Self.discover(server, bench) }?.kind == .discovery)
            }
        }
    }

    @Test("A server on the internet cannot send the client into a private network", .proves(.serverURLsAreSafe))
    func privateNetwork() throws {
        let check = AddressCheck(server: try AddressCheck.server("https://mcp.example.com/mcp"))
        for url in [
            // Other spellings of addresses, and texts that resolvers take for addresses.
            "https://[::ffff:10.0.0.1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[64:ff9b::a00:1]/",
            "https://[ff02::1]/",
            "https://[2002:7f00:1::]/", "https://2130706433/", "https://0x7f.1/", "https://127.1/",
            "https://0177.0.0.1/",
            "https://a.localhost/", "https://localhost./", "https://127.0.0.1./", "https://%31%32%37.0.0.1/",
            "https://169.254.169.254/latest", "https://10.0.0.1/", "https://192.168.1.1", "https://172.20.0.1",
            "http://127.0.0.1/", "https://[::1]/", "https://[fd00::1]/", "https://[fe80::1]/", "https://localhost/",
        ] {
            #expect(throws: ClientError.self, "\(url)") { try check.address(url, in: "token_endpoint") }
        }
        #expect(
            try check.address("https://as.example.com/token", in: "token_endpoint").text
                == "https://as.example.com/token")
        #expect(throws: ClientError.self) { try AddressCheck.server("http://192.168.1.1/mcp") }
    }

    @Test("A redirect that leads to no document is named, and so is one to no URL", arguments: [true, false])
    func namedRedirects(_ isPage: Bool) async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let redirect = HTTPResponse(.found, fields: HTTPFields([("Location", "/login?next=s3cret")]))
                if isPage { server.serve("/login") { _ in .html("<h1>Log in</h1>") } }
                for path in [Self.path, "/.well-known/oauth-authorization-server"] {
                    server.serve(path) { _ in redirect }
                    let error = await failure { _ = try await Self.discover(server, bench) }
                    let words =
                        "/login (redirected from \(server.origin)\(path)) answered with status \(isPage ? 200 : 404)"
                    #expect(error?.kind == .discovery && error?.problem.contains(words) == true, "\(error as Any)")
                    #expect(error?.problem.contains("s3cret") == false)
                    let diagnosis = try await Doctor(server: server.mcpURL, web: bench.web, agent: nil, client: nil)
                        .examine()
                    #expect(diagnosis.text.contains(words), "\(diagnosis.text)")
                    server.serve(path, nil)
                }
                server.serve(Self.path) { _ in HTTPResponse(.found, fields: HTTPFields([("Location", "::::")])) }
                let error = await failure { _ = try await Self.discover(server, bench) }
                #expect(error?.problem.contains("redirects to '::::', which is no URL") == true, "\(error as Any)")
            }
        }
    }

    @Test(
        "A redirect is followed only within its origin, and no token leaves it",
        .proves(.serverURLsAreSafe, .tokenGoesToItsResource))
    func redirects() async throws {
        try await ScriptedServer.run { other in
            try await ScriptedServer.run { server in
                try await Bench.run { bench in
                    server.serve(Self.path) { _ in HTTPResponse(.found, fields: HTTPFields([("Location", "/moved")])) }
                    server.serve("/moved") { _ in .json(ScriptedServer.resourceMetadata(server.origin)) }
                    _ = try await Self.discover(server, bench)

                    _ = try await bench.access(server.mcpURL, agent: bench.person).authorize()
                    server.serve("/mcp") { _ in
                        HTTPResponse(HTTPStatus(307), fields: HTTPFields([("Location", "\(other.origin)/mcp")]))
                    }
                    let connection = try bench.connection(server.mcpURL)
                    #expect(
                        await failure { _ = try await connection.tools() }?.problem.contains("another origin") == true)
                    server.serve("/token") { _ in
                        HTTPResponse(HTTPStatus(307), fields: HTTPFields([("Location", "\(other.origin)/token")]))
                    }
                    server.serve("/mcp", nil)
                    let access = try bench.access(server.mcpURL, agent: bench.person)
                    #expect(
                        await failure { _ = try await access.authorize() }?.problem.contains("another origin") == true)
                    #expect(other.requests.isEmpty)
                    server.serve(Self.path) { _ in HTTPResponse(.found, fields: HTTPFields([("Location", Self.path)])) }
                    #expect(await failure { _ = try await Self.discover(server, bench) }?.kind == .network)
                }
            }
        }
    }

    @Test(
        "A slow, an endless and a failing document are errors that name the URL", .proves(.serverURLsAreSafe, .waitsEnd)
    )
    func hostile() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run({
                $0.timeout = .seconds(2); $0.documentBytes = 1000
            }) { bench in
                server.serve(Self.path) { _ in
                    try await Task.sleep(for: .seconds(4))
                    return HTTPResponse(.notFound)
                }
                #expect(await failure { _ = try await Self.discover(server, bench) }?.code == "timeout")
                server.serve(Self.path) { _ in .html(String(repeating: "x", count: 5000)) }
                #expect(await failure { _ = try await Self.discover(server, bench) }?.kind == .network)
                server.serve(Self.path) { _ in HTTPResponse(.serviceUnavailable) }
                #expect(await failure { _ = try await Self.discover(server, bench) }?.problem.contains("503") == true)
            }
        }
    }
}
