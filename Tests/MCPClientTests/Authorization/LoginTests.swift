import Foundation
import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Logging in")
struct LoginTests {
    private static let issuer = "/.well-known/oauth-authorization-server"
    private static let path = "/.well-known/oauth-protected-resource/mcp"

    private static func serve(_ server: ScriptedServer, _ member: String, _ value: JSONValue?) {
        server.serve(issuer) { _ in
            var document = ScriptedServer.issuerMetadata(server.origin)
            document[member] = value
            return .json(document)
        }
    }

    private static func basic(_ asked: ScriptedServer.Asked) -> Bool {
        asked.request.fields.first("authorization")?.hasPrefix("Basic ") == true
    }

    @Test(
        "Both requests have the resource and the redirect URI, and the verifier matches the challenge",
        .proves(.authorizationRequestIsComplete, .tokenRequestRepeatsTheGrant))
    func legs() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                _ = try await bench.access(server.mcpURL, agent: bench.person).authorize()
                let first = try #require(server.requests(to: "/authorize").first).query
                let second = try #require(server.requests(to: "/token").first).form
                for name in [ParameterName.resource, .redirectURI] {
                    #expect(first.values(name).count == 1)
                    #expect(first.values(name) == second.values(name))
                }
                #expect(first.values(.resource) == [server.mcpURL])
                let verifier = try #require(CodeVerifier(Secret(try second.required(.codeVerifier))))
                #expect(try first.required(.codeChallenge) == CodeChallenge(of: verifier).value)
                #expect(second.values(.grantType) == ["authorization_code"])
            }
        }
    }

    @Test(
        "An answer with a wrong issuer or state is refused and its code is not sent",
        .proves(.answerIsCheckedInOrder, .wrongIssuerHidesTheAnswer))
    func lies() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                for change in [
                    ["iss": "https://other"], ["iss": "\(server.origin)/"], ["iss": nil], ["state": "other"],
                    ["state": nil],
                    ["code": nil], ["error": "access_denied"],
                ] as [[String: String?]] {
                    server.serve("/authorize") { server.authorize($0, change) }
                    let access = try bench.access(server.mcpURL, agent: bench.person)
                    #expect(
                        await failure { _ = try await access.authorize() }?.kind == .authorizationRefused, "\(change)")
                }
                #expect(!server.paths.contains("/token"))
            }
        }
    }

    @Test("The secret is sent by the method that the server supports", .proves(.clientAuthenticatesAsOffered))
    func methods() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                for (offered, isBasic, inForm) in [
                    (["client_secret_basic", "client_secret_post"], true, false), (["client_secret_post"], false, true),
                    (["none"], false, false), (nil, true, false),
                    (["private_key_jwt", "client_secret_post"], false, true),
                    (["none", "client_secret_basic"], true, false), (["none", "client_secret_post"], false, true),
                ] as [([String]?, Bool, Bool)] {
                    Self.serve(
                        server, "token_endpoint_auth_methods_supported", offered.map { .array($0.map { .string($0) }) })
                    let client = ClientIdentity(id: "a b", secret: Secret("x:y%"))
                    _ = try await bench.access(server.mcpURL, agent: bench.person, client: client).authorize()
                    let sent = try #require(server.requests(to: "/token").last)
                    #expect(Self.basic(sent) == isBasic)
                    #expect(sent.form.values(.clientSecret) == (inForm ? ["x:y%"] : []))
                    #expect(sent.form.values(.clientID) == ["a b"])
                    let expected = "Basic \(Base64.standard.encode(Array("a%20b:x%3Ay%25".utf8)))"
                    if isBasic { #expect(sent.request.fields.first("authorization") == expected) }
                }
                Self.serve(server, "token_endpoint_auth_methods_supported", ["private_key_jwt"])
                let access = try bench.access(server.mcpURL, agent: bench.person)
                #expect(await failure { _ = try await access.authorize() }?.kind == .discovery)
                Self.serve(server, "token_endpoint_auth_methods_supported", ["client_secret_basic"])
                let nobody = try bench.access(server.mcpURL, agent: bench.person, client: ClientIdentity(id: "c"))
                #expect(
                    await failure { _ = try await nobody.authorize() }?.advice == .nameClientSecret)
            }
        }
    }

    @Test(
        "A server that announces one method and means the other gets a second request",
        .proves(.clientAuthenticatesAsOffered))
    func lyingMethod() async throws {
        try await ScriptedServer.run { server in
            server.serve("/token") { asked in
                Self.basic(asked)
                    ? .json(["error": "invalid_client"], status: .unauthorized) : .json(server.tokens())
            }
            try await Bench.run { bench in
                _ = try await bench.access(server.mcpURL, agent: bench.person).authorize()
                #expect(server.requests(to: "/token").count == 2)
                server.serve("/token") { _ in .json(["error": "invalid_client"], status: .unauthorized) }
                let access = try bench.access(server.mcpURL, agent: bench.person)
                let error = await failure { _ = try await access.authorize() }
                #expect(error?.code == "invalid_client")
                #expect(server.requests(to: "/token").count == 4)
                // A client that is accepted the second time gets the error about the code, not about the first try.
                server.serve("/token") { asked in
                    Self.basic(asked)
                        ? .json(["error": "invalid_client"], status: .unauthorized)
                        : .json(["error": "invalid_grant"], status: .badRequest)
                }
                #expect(await failure { _ = try await access.authorize() }?.code == "invalid_grant")
            }
        }
    }

    @Test(
        "Registration is the last resort: a document comes before it, and given credentials before both",
        .proves(.givenCredentialsComeFirst))
    func registration() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                func login(_ client: ClientIdentity?, document: String? = nil) async throws -> String {
                    _ = try await bench.access(server.mcpURL, agent: bench.person, client: client) {
                        $0.clientDocument = document
                    }.authorize()
                    return try #require(server.requests(to: "/authorize").last).query.values(.clientID).joined()
                }
                server.serve(Self.issuer) { _ in
                    var document = ScriptedServer.issuerMetadata(server.origin)
                    document["registration_endpoint"] = .string("\(server.origin)/register")
                    document["client_id_metadata_document_supported"] = true
                    document["token_endpoint_auth_methods_supported"] = ["none"]
                    return .json(document)
                }
                server.serve("/register") { _ in .json(["client_id": "registered"], status: HTTPStatus(201)) }
                #expect(
                    try await login(ClientIdentity(id: "given"), document: "https://c.example/client.json") == "given")
                #expect(try await bench.access(server.mcpURL, agent: nil).logout() != nil)
                #expect(
                    try await login(nil, document: "https://c.example/client.json") == "https://c.example/client.json")
                #expect(!server.paths.contains("/register"))
                #expect(try await bench.access(server.mcpURL, agent: nil).logout() != nil)
                #expect(try await login(nil) == "registered")
                let sent = try #require(server.requests(to: "/register").first).message
                #expect(sent["application_type"] == "native")
                #expect(sent["grant_types"] == ["authorization_code", "refresh_token"])
                #expect(try await login(nil) == "registered")
                #expect(server.requests(to: "/register").count == 1)
            }
        }
    }

    @Test(
        "A client registers with its redirect URI, and again only when that has to change",
        .proves(.givenCredentialsComeFirst))
    func registeredPort() async throws {
        try await ScriptedServer.run { server in
            Self.serve(server, "registration_endpoint", .string("\(server.origin)/register"))
            server.serve("/register") { asked in
                .json(["client_id": .string("client-\(asked.count)"), "client_secret": "s"], status: HTTPStatus(201))
            }
            try await Bench.run { bench in
                func login(_ callback: BrowserAgent.Callback = .init()) async throws -> (uri: String?, client: String?)
                {
                    let agent = BrowserAgent(callback: callback) { url in
                        Task {
                            let found = try await bench.web.send(WebRequest(.get, url), followingRedirects: false)
                            _ = try await bench.web.send(WebRequest(.get, found.head.first("location") ?? ""))
                        }
                    }
                    _ = try await bench.access(server.mcpURL, agent: agent, client: nil).authorize()
                    let query = try #require(server.requests(to: "/authorize").last).query
                    return (try query.value(.redirectURI), try query.value(.clientID))
                }
                let first = try await login()
                let sent = try #require(server.requests(to: "/register").first).message
                #expect(sent["redirect_uris"] == [.string(first.uri ?? "")])
                #expect(try await login() == first)
                #expect(server.requests(to: "/register").count == 1)
                var elsewhere = BrowserAgent.Callback()
                elsewhere.path = "/elsewhere"
                let second = try await login(elsewhere)
                #expect(second.uri?.hasSuffix("/elsewhere") == true && second.client == "client-2")
                #expect(try bench.store.logins().map(\.client.id) == ["client-2"])
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: bench.directory).count {
                        $0.hasPrefix("tokens-") && $0.hasSuffix(".json")
                    } == 1)
            }
        }
    }

    @Test(
        "A refused registration is not retried, and the error says how to give credentials",
        .proves(.givenCredentialsComeFirst))
    func refusedRegistration() async throws {
        try await ScriptedServer.run { server in
            Self.serve(server, "registration_endpoint", .string("\(server.origin)/register"))
            server.serve("/register") { _ in .json(["error": "access_denied"], status: .forbidden) }
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person, client: nil)
                let error = await failure { _ = try await access.authorize() }
                #expect(error?.advice == .nameClient)
                #expect(server.requests(to: "/register").count == 1)
                Self.serve(server, "registration_endpoint", .null)
                #expect(await failure { _ = try await access.authorize() }?.kind == .authorizationRequired)
            }
        }
    }

    @Test(
        "When the server names another issuer, that never gets the credentials",
        .proves(.oneIssuerIsChosen, .credentialsStayWithTheirIssuer))
    func movedIssuer() async throws {
        try await ScriptedServer.run { other in
            try await ScriptedServer.run { server in
                try await Bench.run { bench in
                    _ = try await bench.access(server.mcpURL, agent: bench.person).authorize()
                    server.serve(Self.path) { _ in
                        var document = ScriptedServer.resourceMetadata(server.origin)
                        document["authorization_servers"] = [.string(other.origin)]
                        return .json(document)
                    }
                    let access = try bench.access(server.mcpURL, agent: bench.person)
                    let error = await failure { _ = try await access.authorize() }
                    #expect(
                        error?.problem.contains(other.origin) == true && error?.problem.contains(server.origin) == true)
                    #expect(other.paths == [Self.issuer])

                    server.serve(Self.path) { _ in
                        var document = ScriptedServer.resourceMetadata(server.origin)
                        document["authorization_servers"] = [.string(other.origin), .string(server.origin)]
                        return .json(document)
                    }
                    _ = try await access.authorize()
                    #expect(other.paths == [Self.issuer])
                }
            }
        }
    }

    @Test("After a move the reason is told where no person may be asked, too", arguments: [true, false])
    func movedWithoutPerson(_ isRegistered: Bool) async throws {
        try await ScriptedServer.run { other in
            try await ScriptedServer.run { server in
                try await Bench.run { bench in
                    if isRegistered { server.registers() }
                    let client = isRegistered ? nil : Bench.client
                    _ = try await bench.access(server.mcpURL, agent: bench.person, client: client).authorize()
                    server.moves(to: other.origin)
                    server.serve("/token") { _ in .json(["error": "invalid_grant"], status: .badRequest) }
                    server.serve("/mcp") { _ in HTTPResponse(.unauthorized) }
                    let connection = bench.connection(try bench.access(server.mcpURL, agent: nil, client: nil))
                    let error = await failure { _ = try await connection.tools() }
                    #expect(error?.kind == (isRegistered ? .authorizationRequired : .discovery))
                    #expect(error?.problem.contains("now names the authorization server '\(other.origin)'") == true)
                    #expect(other.requests.isEmpty)
                }
            }
        }
    }

    @Test("Tokens that could not be stored are not asked for: no refresh token is spent, and no person asked")
    func unwritable() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let access = try bench.access(server.mcpURL, agent: agent)
                let token = try await access.authorize()
                // Nothing can be written in the place of a directory.
                let obstacle = "\(bench.directory)/check.\(ProcessInfo.processInfo.processIdentifier).tmp"
                try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
                #expect(
                    await failure { _ = try await access.refresh(insteadOf: nil, isForced: true) }?.kind == .storage)
                #expect(await failure { _ = try await access.authorize() }?.kind == .storage)
                #expect(server.requests(to: "/token").count == 1 && agent.count == 1)
                try FileManager.default.removeItem(atPath: obstacle)
                #expect(try await access.refresh(insteadOf: nil, isForced: true) != token)
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: bench.directory).allSatisfy {
                        !$0.hasSuffix(".tmp")
                    })
            }
        }
    }

    @Test(
        "A dynamically registered client registers anew when the server moves, and its old credentials are not sent",
        .proves(.oneIssuerIsChosen, .credentialsStayWithTheirIssuer))
    func movedRegistration() async throws {
        try await ScriptedServer.run { other in
            try await ScriptedServer.run { server in
                try await Bench.run { bench in
                    server.registers()
                    other.registers()
                    let agent = CountingAgent(bench.person)
                    let access = try bench.access(server.mcpURL, agent: agent, client: nil) {
                        $0.scope = Scope(["old"])
                    }
                    _ = try await access.authorize()
                    server.moves(to: other.origin)
                    other.serve("/register") { _ in
                        .json(["client_id": "new", "client_secret": "s2"], status: HTTPStatus(201))
                    }
                    server.serve("/mcp") { asked in
                        asked.request.fields.first("authorization") != "Bearer access-1" && asked.token != nil
                            ? ScriptedServer.mcp(asked) : server.challenge("error=\"invalid_token\"")
                    }
                    // The old authorization server no longer answers.
                    server.serve("/token") { _ in HTTPResponse(.notFound) }
                    other.serve("/token") { _ in .json(["access_token": "new-1", "token_type": "Bearer"]) }
                    let second = try bench.access(server.mcpURL, agent: agent, client: nil)
                    _ = try await bench.connection(second).tools()
                    #expect(agent.count == 2)
                    let login = try #require(try await second.login())
                    #expect(login.issuer == other.origin && login.client.id == "new")
                    #expect(try bench.storedTokens().count == 1)
                    for asked in other.requests {
                        let sent = "\(asked.query ?? "") \(String(decoding: asked.body, as: UTF8.self)) \(asked.fields)"
                        for secret in ["client-1", "access-1", "refresh-1", "old"] {
                            #expect(!sent.contains(secret), "\(sent)")
                        }
                    }
                }
            }
        }
    }

    @Test(
        "Any other client fails with the reason when the server moves, even during a refresh",
        .proves(.credentialsStayWithTheirIssuer))
    func movedCredentials() async throws {
        try await ScriptedServer.run { other in
            try await ScriptedServer.run { server in
                try await Bench.run { bench in
                    let agent = CountingAgent(bench.person)
                    _ = try await bench.access(server.mcpURL, agent: agent).authorize()
                    other.registers()
                    server.moves(to: other.origin)
                    server.serve("/token") { _ in HTTPResponse(HTTPStatus(502)) }
                    server.serve("/mcp") { _ in HTTPResponse(.unauthorized) }
                    // The client may be given again, or only be stored with the login.
                    for client in [Bench.client, nil] {
                        let access = try bench.access(server.mcpURL, agent: agent, client: client)
                        let refreshed = await failure { _ = try await access.refresh(insteadOf: nil, isForced: true) }
                        #expect(refreshed?.kind == .discovery && refreshed?.problem.contains(other.origin) == true)
                        let called = await failure { _ = try await bench.connection(access).tools() }
                        #expect(called?.kind == .discovery && called?.problem.contains(other.origin) == true)
                        #expect(try await access.tokens() != nil)
                    }
                    #expect(agent.count == 1)
                    #expect(other.paths.allSatisfy { $0 == Self.issuer })
                }
            }
        }
    }

    @Test(
        "A server without its metadata has not moved, whatever answers at its origin",
        .proves(.credentialsStayWithTheirIssuer))
    func notMoved() async throws {
        try await ScriptedServer.run { other in
            try await ScriptedServer.run { server in
                try await Bench.run { bench in
                    server.moves(to: other.origin)
                    other.registers()
                    server.registers()
                    let agent = CountingAgent(bench.person)
                    let access = try bench.access(server.mcpURL, agent: agent, client: nil)
                    _ = try await access.authorize()
                    server.serve(Self.path) { _ in HTTPResponse(.notFound) }
                    server.serve("/mcp") { _ in HTTPResponse(.unauthorized) }
                    #expect(await failure { _ = try await access.authorize() }?.code == "moved")
                    #expect(try await access.login()?.issuer == other.origin)
                    #expect(try await access.tokens() != nil && !server.paths.contains("/register"))
                }
            }
        }
    }

    @Test("A login that one caller cancels continues for the others")
    func sharedCancelled() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                server.serve("/authorize") { asked in
                    try await Task.sleep(for: .seconds(1))
                    return server.authorize(asked)
                }
                let access = try bench.access(server.mcpURL, agent: bench.person)
                let first = Task { try await access.authorize() }
                #expect(await eventually { server.paths.contains("/authorize") })
                let second = Task { try await access.authorize() }
                #expect(await eventually { await access.authorization?.callers == 2 })
                first.cancel()
                _ = try await second.value
                #expect(server.requests(to: "/authorize").count == 1)
            }
        }
    }

    @Test("A connection that one call cancels is opened for the others")
    func openingCancelled() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                server.serve("/authorize") { asked in
                    try await Task.sleep(for: .seconds(1))
                    return server.authorize(asked)
                }
                let connection = bench.connection(try bench.access(server.mcpURL, agent: bench.person))
                let first = Task { try await connection.call("echo") }
                #expect(await eventually { server.paths.contains("/authorize") })
                let second = Task { try await connection.call("echo") }
                #expect(await eventually { await connection.negotiation?.callers == 2 })
                first.cancel()
                #expect(try await second.value.text == "hello")
                #expect(server.requests(to: "/authorize").count == 1)
            }
        }
    }

    @Test("Concurrent logins do not mix", .proves(.expectationPrecedesTheBrowser))
    func concurrent() async throws {
        try await ScriptedServer.run { one in
            try await ScriptedServer.run { two in
                try await Bench.run { bench in
                    async let first = bench.access(one.mcpURL, agent: bench.person).authorize()
                    async let second = bench.access(two.mcpURL, agent: bench.person).authorize()
                    _ = try await (first, second)
                    for server in [one, two] {
                        let asked = try #require(server.requests(to: "/authorize").first).query
                        let redeemed = try #require(server.requests(to: "/token").first).form
                        let verifier = try #require(CodeVerifier(Secret(try redeemed.required(.codeVerifier))))
                        #expect(try asked.required(.codeChallenge) == CodeChallenge(of: verifier).value)
                    }
                }
            }
        }
    }

    @Test("Concurrent calls that need a login share one")
    func shared() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let agent = CountingAgent(bench.person)
                let connection = bench.connection(try bench.access(server.mcpURL, agent: agent))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<10 { group.addTask { _ = try await connection.call("echo") } }
                    try await group.waitForAll()
                }
                #expect(agent.count == 1)
            }
        }
    }
}
