import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Numbers of a server beyond every clock and integer")
struct DoctorNumberTests {
    static let extremes =
        [
            "1e300", "-1e300", "1e19", "-1e19", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "-9223372036854775809", "18446744073709551616", "1e-300", "-0", "-0.0", "0.5", "1e999", "-1e999", "1e11",
            "1e12", "1e17", "9007199254740993", "1e2147483648", "1e-2147483648", "2147483648",
        ] + [String(repeating: "9", count: 5000), "0." + String(repeating: "4", count: 5000)]

    private static func json(_ text: String) -> HTTPResponse {
        HTTPResponse(.ok, fields: HTTPFields([("Content-Type", "application/json")]), body: .bytes(Array(text.utf8)))
    }

    /// A server that sends this number in place of every time.
    private static func saying(
        expiresIn: String = "3600", exp: String? = nil, iat: String? = nil,
        _ body: (ScriptedServer, Bench) async throws -> Void
    ) async throws {
        try await ScriptedServer.run { server in
            let path = "/.well-known/oauth-authorization-server"
            server.serve(path) { [unowned server] _ in
                .json(
                    ScriptedServer.issuerMetadata(server.origin).adding([
                        "introspection_endpoint": .string("\(server.origin)/introspect")
                    ]))
            }
            server.serve("/token") { [unowned server] asked in
                guard ["a-code", nil].contains(asked.code) else { return try await server.honest(asked) }
                let number = server.issued
                _ = server.tokens()
                return Self.json(
                    """
                    {"access_token":"access-\(number)","token_type":"Bearer","refresh_token":"r-\(number)",\
                    "expires_in":\(expiresIn)}
                    """)
            }
            server.serve("/introspect") { _ in
                let times = [exp.map { "\"exp\":\($0)" }, iat.map { "\"iat\":\($0)" }].compactMap { $0 }
                return Self.json("{\((["\"active\":true"] + times).joined(separator: ","))}")
            }
            try await Bench.run { bench in try await body(server, bench) }
        }
    }

    @Test("The doctor reports them", arguments: extremes)
    func doctor(_ number: String) async throws {
        for (expiresIn, exp, iat) in [
            (number, nil, nil), ("3600", number, nil), ("3600", number, number), (number, number, "0"),
        ]
            as [(String, String?, String?)]
        {
            try await Self.saying(expiresIn: expiresIn, exp: exp, iat: iat) { server, bench in
                let diagnosis = try await Doctor(
                    server: server.mcpURL, web: bench.web, agent: bench.person, client: Bench.client
                ).examine()
                #expect(diagnosis.findings.map(\.check) == DoctorCheck.allCases)
                let finding = diagnosis.findings.first { $0.check == .tokenLifetime }
                #expect([.failed, .note].contains(finding?.outcome) || expiresIn == "3600", "\(diagnosis.text)")
                #expect((finding?.seen.unicodeScalars.count ?? 0) <= 301)
            }
        }
    }

    @Test("A lifetime that is no number of seconds fails; one that is too long is noted")
    func verdicts() async throws {
        let expected: [(String, Diagnosis.Outcome)] = [
            ("1e300", .failed), ("1e19", .failed), ("-1", .failed), ("0.5", .failed), ("1e999", .failed),
            ("9223372036854775807", .note), ("2147483648", .note), ("1000000000", .passed),
        ]
        for (number, outcome) in expected {
            try await Self.saying(expiresIn: number) { server, bench in
                let diagnosis = try await Doctor(
                    server: server.mcpURL, web: bench.web, agent: bench.person, client: Bench.client
                ).examine()
                #expect(diagnosis.findings.first { $0.check == .tokenLifetime }?.outcome == outcome, "\(number)")
            }
        }
    }

    @Test("Login, refresh and call work with them", arguments: extremes)
    func login(_ number: String) async throws {
        try await Self.saying(expiresIn: number) { server, bench in
            let access = try bench.access(server.mcpURL, agent: bench.person)
            let connection = bench.connection(access)
            #expect(try await connection.tools().tools.count == 1)
            _ = try await access.refresh(insteadOf: nil, isForced: true)
            let tokens = try #require(try await access.tokens())
            _ = tokens.needsRefresh(at: SystemClock.now())
            #expect(try await connection.call("echo").text == "hello")
        }
    }

    @Test("Stored tokens may contain them", arguments: extremes)
    func stored(_ number: String) throws {
        let text = #"{"issuer":"i","client_id":"c","resource":"r","access_token":"a","expires_at":N,"issued_at":N}"#
            .replacing("N", with: number)
        let both = try #require(try JSONParser.parse(Array(text.utf8)).object)
        for document in [both, both.without("issued_at"), both.adding(["issued_at": -1]), both.without("expires_at")] {
            let tokens = try #require(StoredTokens(document))
            for now in [Duration.zero, SystemClock.now(), .seconds(Int64.max), .seconds(Int64.min)] {
                _ = tokens.needsRefresh(at: now)
            }
            #expect(StoredTokens(tokens.document)?.expiresAt == tokens.expiresAt)
        }
    }

    /// Results of `server/discover` and `tools/list`, and an event stream for `tools/call`, with N in all places.
    private static let discovered = #"""
        {"resultType":"complete","ttlMs":N,"cacheScope":"public","supportedVersions":["2026-07-28"],
        "capabilities":{"tools":{}}}
        """#
    private static let listed = #"""
        {"resultType":"complete","ttlMs":N,"cacheScope":"public","tools":[{"name":"echo",
        "inputSchema":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"Amount"}}},
        "outputSchema":{"type":"object","properties":{"s":{"type":"string","minLength":N,"maxLength":N},
        "n":{"type":"integer","minimum":N,"maximum":N}}}}]}
        """#
    private static let progress = #"""
        {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":N,"progress":N,"total":N}}
        """#
    private static let called = #"{"resultType":"complete","content":[],"structuredContent":{"s":"x","n":N}}"#

    @Test("Answers of the MCP server may contain them in place of any number", arguments: extremes)
    func answers(_ number: String) async throws {
        try await ScriptedServer.run { server in
            server.serve("/mcp") { [unowned server] asked in
                guard asked.token != nil else { return try await server.honest(asked) }
                let id = asked.message["id"]?.number?.text ?? "null"
                func message(_ member: String, _ text: String) -> String {
                    #"{"jsonrpc":"2.0","id":\#(id),"\#(member)":\#(text.replacing("N", with: number))}"#
                }
                switch asked.method {
                case "server/discover": return Self.json(message("result", Self.discovered))
                case "tools/list": return Self.json(message("result", Self.listed))
                case "tools/call" where asked.message["params"]?.object?["name"] == "echo":
                    return .events([
                        "retry: \(number)\nid: \(number)\n\n",
                        "data: \(Self.progress.replacing("N", with: number))\n\n",
                        "data: \(message("result", Self.called))\n\n",
                    ])
                default: return Self.json(message("error", #"{"code":N,"message":"no","data":N}"#))
                }
            }
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                let value = try JSONParser.parse(Array(number.utf8))
                let answer = try await connection.call("echo", ["n": value])
                #expect(answer.structured?.object?["n"] == value)
                await #expect(throws: RemoteError.self) { try await connection.request("doctor/unknown", ["n": value]) }
            }
        }
    }

    @Test("Any duration can be formatted")
    func told() {
        let most = Duration.seconds(Int64.max)
        for duration in [
            most, .seconds(Int64.min), most + most, .zero - most - most - most, .milliseconds(1500), .zero,
        ] {
            #expect(!duration.inSeconds.isEmpty)
            #expect(!("\(duration)" as SafeText).text.isEmpty)
        }
        #expect(Duration.milliseconds(1500).inSeconds == "1.5" && Duration.seconds(30).inSeconds == "30")
    }

    @Test(
        "A callback port must be a valid port",
        arguments: ["-1", "65536", "1e300", "9223372036854775807", "\"8080\"", "1.5", "true"])
    func port(_ text: String) throws {
        let entry = ServerEntry(["oauth": ["callbackPort": try JSONParser.parse(Array(text.utf8))]])
        #expect(throws: ClientError.self) { try entry.callbackPort() }
        if let port = Int(text) {
            #expect(throws: ClientError.self) { try ServerEntry(url: "https://a/mcp", callbackPort: port) }
        }
    }
}
