import Primitives
import Testing
import TestSupport

@testable import MCPCore

@Suite("Modern requests (requirements H)") struct ModernEraTests {
    private static let echo: JSONObject = ["name": "echo", "arguments": ["message": "hi"]]

    // MARK: Envelope

    @Test(
        "The envelope is checked key by key",
        .proves(.envelopeIsRequired, .clientInfoIsOptional, .logLevelAndProgressTokenAreChecked),
        arguments: [
            ("protocolVersion", 5), ("protocolVersion", nil), ("clientCapabilities", []), ("clientCapabilities", nil),
            ("clientInfo", ["name": "x"]), ("clientInfo", "x"), ("clientInfo", ["name": "x", "version": 1]),
            ("logLevel", "loud"), ("logLevel", 3),
        ] as [(String, JSONValue?)])
    func envelope(key: String, value: JSONValue?) async throws {
        let bench = try Bench()
        for method in ["server/discover", "tools/list", "tools/call"] {
            var meta = Bench.envelope
            meta["io.modelcontextprotocol/\(key)"] = value
            let headers = TransportHeaders(protocolVersion: ["2026-07-28"], method: [method])
            let answer = try await bench.post(Bench.request(method, ["_meta": .object(meta)], id: "e"), headers)
            #expect(answer.status == 400)
            #expect(answer.code == -32602)
            #expect(answer.id == "e")
            #expect(answer.message?.contains("io.modelcontextprotocol/\(key)") == true)
        }
    }

    @Test(
        "Optional keys are accepted and foreign ones ignored",
        .proves(
            .clientInfoIsOptional, .logLevelAndProgressTokenAreChecked, .unknownMetaIsIgnored,
            .capabilitiesCountPerRequest),
        arguments: [
            [:], ["io.modelcontextprotocol/clientInfo": ["name": "x", "version": "1", "more": 1]],
            ["io.modelcontextprotocol/logLevel": "debug"], ["progressToken": 1], ["progressToken": "t"],
            ["com.example/x": [1], "traceparent": 5, "io.modelcontextprotocol/other": nil],
        ] as [JSONObject])
    func optionalKeys(meta: JSONObject) async throws {
        #expect(try await Bench().modern("tools/call", Self.echo, meta: meta)["result", "isError"] == false)
    }

    @Test(
        "A progress token is a string or an integer", .proves(.logLevelAndProgressTokenAreChecked),
        arguments: [1.5, true, [], [:], nil] as [JSONValue])
    func progressToken(token: JSONValue) async throws {
        let answer = try await Bench().modern("tools/call", Self.echo, meta: ["progressToken": token])
        #expect(answer.status == 400)
        #expect(answer.code == -32602)
    }

    // MARK: Headers

    @Test(
        "A header that contradicts the body is refused",
        .proves(
            .headerValuesAreExact, .headerMustAgreeWithBody, .encodedHeadersAreDecoded, .controlCharactersAreRefused),
        arguments: [
            { $0.method = [] }, { $0.method = ["TOOLS/CALL"] }, { $0.method = ["tools/list"] },
            { $0.method = ["tools/call", "tools/call"] }, { $0.name = [] }, { $0.name = ["foo"] },
            { $0.name = ["Echo"] },
            { $0.name = ["echo", "echo"] }, { $0.name = ["=?base64?ZWNobw?="] }, { $0.name = ["=?base64?ZWNo*w==?="] },
            { $0.name = ["=?base64?/w==?="] }, { $0.name = ["=?base64?ZWNobx==?="] },
            { $0.name = ["=?base64?ZWNobw=="] },
            { $0.name = ["ZWNobw==?="] }, { $0.name = ["=?BASE64?ZWNobw==?="] }, { $0.name = ["=?base64?="] },
            { $0.method = ["=?base64?dG9vbHMvY2FsbA==?="] }, { $0.name = ["echo\u{1}"] }, { $0.name = ["é"] },
            { $0.protocolVersion = ["=?base64?MjAyNi0wNy0yOA==?="] },
        ] as [@Sendable (inout TransportHeaders) -> Void])
    func headers(change: @Sendable (inout TransportHeaders) -> Void) async throws {
        let answer = try await Bench().modern("tools/call", Self.echo, id: 4, headers: change)
        #expect(answer.status == 400)
        #expect(answer.code == -32020)
        #expect(answer.id == 4)
    }

    @Test("A mismatch shows both values", .proves(.headerMustAgreeWithBody))
    func mismatchMessage() async throws {
        let answer = try await Bench().modern("tools/call", Self.echo) { $0.name = ["foo"] }
        #expect(answer.message == "Mcp-Name header 'foo' does not match body value 'echo'")
    }

    @Test("Mcp-Name may be encoded, and is ignored for methods that name nothing", .proves(.encodedHeadersAreDecoded))
    func nameHeader() async throws {
        let bench = try Bench()
        #expect(try await bench.modern("tools/call", Self.echo) { $0.name = ["=?base64?ZWNobw==?="] }.result != nil)
        #expect(try await bench.modern("tools/list") { $0.name = ["x"] }.result != nil)
        // A name that looks encoded is compared after decoding, so the literal does not match itself.
        let literal: JSONObject = ["name": "=?base64?ZWNobw==?="]
        #expect(try await bench.modern("tools/call", literal).code == -32020)
    }

    @Test(
        "Base64 is decoded exactly",
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("w6k=", "é"), ("IHBhZGRlZCA=", " padded "),
        ])
    func base64(encoded: String, text: String) throws {
        #expect(try HeaderValue.decode("=?base64?\(encoded)?=", of: "X") == text)
    }

    // MARK: Order

    @Test("The first check that fails decides", .proves(.envelopeComesBeforeHeaders, .mismatchComesBeforeSupport))
    func order() async throws {
        let bench = try Bench(
            [Echo(), Custom(name: "locked"), HeaderParameterTests.tool],
            policy: Policy(scopesToRequest: { tool, _ in tool == "echo" ? nil : ["user", "locked"] }))
        func code(
            _ method: String, _ params: JSONObject, meta: JSONObject = [:],
            _ change: (inout TransportHeaders) -> Void = { _ in }
        ) async throws -> [Int?] {
            let answer = try await bench.modern(method, params, meta: meta, headers: change)
            return [answer.status, answer.code]
        }
        // 8 before 9, 9 before 10, 10 before 11, 11 before 12
        #expect(
            try await code("x", [:], meta: ["progressToken": true]) {
                $0 = TransportHeaders(protocolVersion: ["2026-07-28"])
            }
                == [400, -32602])
        #expect(try await code("x", [:]) { $0.method = ["y"] } == [400, -32020])
        #expect(try await code("x", [:]) == [404, -32601])
        // 13: no name to compare with
        #expect(try await code("tools/call", [:]) { $0.name = ["echo"] } == [200, -32602])
        #expect(try await code("tools/call", ["name": 5]) { $0.name = ["echo"] } == [200, -32602])
        // 11 before 14, 14, 15 before 16
        #expect(try await code("tools/call", ["name": "nope"]) { $0.name = ["echo"] } == [400, -32020])
        #expect(try await code("tools/call", ["name": "nope"]) == [200, -32602])
        #expect(try await code("tools/call", ["name": "regional", "arguments": ["region": "eu"]]) == [400, -32020])
        // 16 before 18
        #expect(try await code("tools/call", ["name": "locked", "arguments": [:]]) == [403, nil])
    }

    // MARK: Results

    @Test(
        "Discovery lists all versions and the working capabilities",
        .proves(.discoveryIsComplete, .capabilitiesAreTrue, .resultsSayTheyAreComplete, .resultsNameTheServer))
    func discover() async throws {
        let answer = try await Bench().modern("server/discover", id: "d1")
        #expect(
            answer.json == [
                "jsonrpc": "2.0", "id": "d1",
                "result": [
                    "resultType": "complete",
                    "supportedVersions": ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"],
                    "capabilities": ["tools": ["listChanged": true]],
                    "instructions": "Demo server: get_time and echo.", "ttlMs": 300_000, "cacheScope": "public",
                    "_meta": [
                        "io.modelcontextprotocol/serverInfo": [
                            "name": "static-auth-server", "version": "0.1.0", "title": "Static",
                            "description": "A demo.", "websiteUrl": "https://example.com",
                        ]
                    ],
                ],
            ])
    }

    @Test(
        "The list of tools is sorted, complete and may be cached",
        .proves(
            .toolListIsStable, .cachingHintsAreRight, .resultsSayTheyAreComplete, .resultsNameTheServer,
            .requestsAreStateless))
    func toolsList() async throws {
        let bench = try Bench([Echo(), Custom(name: "b"), Custom(name: "A")])
        let answer = try await bench.modern("tools/list")
        let result = try #require(answer.result)
        #expect(result["tools"]?.array?.compactMap { $0["name"]?.string } == ["A", "b", "echo"])
        #expect(result["ttlMs"] == 300_000)
        #expect(result["cacheScope"] == "public")
        #expect(result["resultType"] == "complete")
        #expect(result["nextCursor"] == nil)
        #expect(result["_meta"]?["io.modelcontextprotocol/serverInfo", "name"] == "static-auth-server")
        #expect(result["serverInfo"] == nil)
        _ = try await bench.modern(
            "tools/call", Self.echo, meta: ["io.modelcontextprotocol/clientCapabilities": ["sampling": [:]]])
        #expect(try await bench.modern("tools/list", as: Bench.bob).json?.text == answer.json?.text)
    }

    @Test("Every cursor is refused", .proves(.unknownCursorIsRefused), arguments: ["x", "", 5, nil] as [JSONValue])
    func cursor(cursor: JSONValue) async throws {
        let bench = try Bench()
        for answer in [
            try await bench.modern("tools/list", ["cursor": cursor]),
            try await bench.post(Bench.request("tools/list", ["cursor": cursor]), bench.session()),
        ] {
            #expect(answer.status == 200)
            #expect(answer.code == -32602)
            #expect(answer.message?.hasPrefix("Invalid cursor") == true)
        }
    }

    // MARK: Policy

    @Test(
        "A call that lacks scopes is refused, naming all scopes that the policy demands",
        .proves(.missingScopeIsForbidden))
    func scopes() async throws {
        let policy = Policy(scopesToRequest: { tool, caller in
            tool == "echo" && caller.scopes != ["user", "echo"] ? ["user", "echo"] : nil
        })
        let bench = try Bench(policy: policy)
        let session = try await bench.session()
        let call = Bench.request("tools/call", Self.echo)
        for answer in [try await bench.modern("tools/call", Self.echo), try await bench.post(call, session)] {
            #expect(answer.status == 403)
            #expect(answer.scopes == ["user", "echo"])
            #expect(answer.json == nil)
        }
        let allowed = Caller(subject: "alice", clientID: "app", scopes: ["user", "echo"])
        #expect(try await bench.modern("tools/call", Self.echo, as: allowed).result != nil)
        #expect(try await bench.post(call, session, as: allowed).result != nil)
        #expect(try await bench.modern("tools/call", ["name": "clock"]).result != nil)
        #expect(try await bench.modern("tools/list").result != nil)
    }

    @Test("Calls beyond the allowance have to wait, in every era", .proves(.toolCallsAreLimitedAndValidated))
    func allowance() async throws {
        let policy = Policy(toolCallAllowance: { $0.subject == "bob" ? .seconds(7) : nil })
        let bench = try Bench(policy: policy)
        #expect(try await bench.modern("tools/call", Self.echo).status == 200)
        let modern = try await bench.modern("tools/call", Self.echo, as: Bench.bob)
        #expect(modern.status == 429)
        #expect(modern.retryAfter == .seconds(7))
        let session = try await bench.session("2025-03-26", as: Bench.bob)
        let call = Bench.request("tools/call", Self.echo)
        #expect(try await bench.post(call, session, as: Bench.bob).status == 429)
        #expect(try await bench.post([call], session, as: Bench.bob).status == 429)
        #expect(try await bench.modern("tools/list", as: Bench.bob).status == 200)
    }

    @Test("A tool may require a client capability", .proves(.capabilitiesCountPerRequest))
    func capabilities() async throws {
        let needed: JSONObject = ["sampling": ["tools": [:]]]
        let bench = try Bench([Custom(requiredClientCapabilities: needed)])
        func call(_ capabilities: JSONValue) async throws -> Answer {
            try await bench.modern(
                "tools/call", ["name": "custom"], meta: ["io.modelcontextprotocol/clientCapabilities": capabilities])
        }
        #expect(try await call(["sampling": ["tools": [:]], "roots": [:]]).result != nil)
        // Not remembered from the call before.
        for lacking in [[:], ["sampling": [:]], ["roots": [:]]] as [JSONValue] {
            let answer = try await call(lacking)
            #expect(answer.status == 400)
            #expect(answer.code == -32021)
            #expect(answer["error", "data", "requiredCapabilities"] == .object(needed))
        }
    }

    // MARK: Other traffic

    @Test(
        "A notification is accepted unless it contradicts itself", .proves(.notificationIs202),
        arguments: [
            (nil, TransportHeaders(protocolVersion: ["2026-07-28"]), 202, nil),
            ("2026-07-28", TransportHeaders(protocolVersion: ["2026-07-28"]), 202, nil),
            ("2026-07-28", TransportHeaders(method: ["notifications/x"]), 202, nil),
            ("2026-07-28", TransportHeaders(protocolVersion: ["2025-11-25"]), 400, -32020),
            ("2025-11-25", TransportHeaders(protocolVersion: ["2026-07-28"]), 400, -32020),
            (nil, TransportHeaders(protocolVersion: ["2026-07-28"], method: ["y"]), 400, -32020),
            ("2099-01-01", TransportHeaders(protocolVersion: ["2099-01-01"]), 400, -32022),
            (5, TransportHeaders(protocolVersion: ["2026-07-28"]), 400, -32602),
        ] as [(JSONValue?, TransportHeaders, Int, Int?)])
    func notifications(claim: JSONValue?, headers: TransportHeaders, status: Int, code: Int?) async throws {
        let params: JSONObject? = claim.map { ["_meta": ["io.modelcontextprotocol/protocolVersion": $0]] }
        let answer = try await Bench().post(Bench.notification("notifications/x", params), headers)
        #expect(answer.status == status)
        #expect(answer.code == code)
        #expect(answer.id == nil)
    }

    @Test("Arrays are refused in the modern era", .proves(.onePostOneMessage, .responsesAndBatchesAreRefused))
    func arrays() async throws {
        let bench = try Bench()
        let claiming = Bench.request("tools/list", ["_meta": .object(Bench.envelope)])
        let session = try await bench.session("2025-03-26")
        let modern = TransportHeaders(protocolVersion: ["2026-07-28"], method: ["tools/list"])
        let bodies: [(JSONValue, TransportHeaders)] = [
            (.array([claiming]), session), (.array([claiming]), modern), (.array([Bench.request("ping")]), modern),
            (.array([]), modern),
        ]
        for (body, headers) in bodies {
            let answer = try await bench.post(body, headers)
            #expect(answer.status == 400)
            #expect(answer.code == -32600)
            #expect(answer.id == nil)
        }
    }
}
