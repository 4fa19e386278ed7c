import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Finding out the revision")
struct EraTests {
    private typealias Asked = ScriptedServer.Asked

    /// Serves `server/discover` as given, and sessions besides.
    private static func probing(_ probe: @escaping @Sendable (ScriptedServer.Asked) -> HTTPResponse)
        -> ScriptedServer.Script
    {
        { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            if asked.method == "server/discover" { return probe(asked) }
            let isInSession = asked.method == "initialize" || asked.request.fields.first("mcp-session-id") != nil
            return isInSession ? ScriptedServer.legacyMCP(asked) : HTTPResponse(.badRequest)
        }
    }

    private static func discovered(_ versions: [String]) -> @Sendable (ScriptedServer.Asked) -> HTTPResponse {
        {
            .result(
                [
                    "resultType": "complete", "supportedVersions": .array(versions.map { .string($0) }),
                    "capabilities": [:],
                ], to: $0)
        }
    }

    private static func refused(
        _ code: Int, _ status: Int = 400, supported: [String]? = nil
    ) -> @Sendable (ScriptedServer.Asked) -> HTTPResponse {
        { asked in
            let data = supported.map { JSONObject([("supported", .array($0.map { .string($0) }))]) }
            return .error(code, "no", data: data, to: asked, status: HTTPStatus(status))
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let probe: @Sendable (ScriptedServer.Asked) -> HTTPResponse
        var testDescription: String { name }
    }

    static let legacy = [
        Row(name: "only legacy versions", probe: discovered(["2025-11-25", "2025-06-18"])),
        Row(name: "-32022 with legacy versions", probe: refused(-32022, supported: ["2025-11-25"])),
        Row(name: "-32601 with 404", probe: refused(-32601, 404)),
        Row(name: "-32601 with 200", probe: refused(-32601, 200)),
        Row(name: "-32602", probe: refused(-32602)), Row(name: "-32600", probe: refused(-32600)),
        Row(name: "-32000", probe: refused(-32000)), Row(name: "empty 400", probe: { _ in HTTPResponse(.badRequest) }),
        Row(name: "HTML 400", probe: { _ in .html("<h1>bad</h1>", status: .badRequest) }),
        Row(name: "404", probe: { _ in HTTPResponse(.notFound) }),
        Row(name: "405", probe: { _ in HTTPResponse(.methodNotAllowed) }),
        Row(name: "406", probe: { _ in HTTPResponse(.notAcceptable) }),
        Row(name: "415", probe: { _ in HTTPResponse(.unsupportedMediaType) }),
        Row(name: "a result of another kind", probe: { .result(["tools": []], to: $0) }),
        Row(name: "422", probe: { _ in .json(["detail": "no such method"], status: HTTPStatus(422)) }),
        Row(name: "empty 422", probe: { _ in HTTPResponse(HTTPStatus(422)) }),
        Row(
            name: "JSON 400 of a gateway", probe: { _ in .json(["code": 4_001, "message": "no"], status: .badRequest) }),
        Row(name: "500", probe: { _ in HTTPResponse(.internalServerError) }),
        Row(name: "500 with other JSON", probe: { _ in .json(["error": "boom"], status: .internalServerError) }),
        Row(name: "500 with a JSON-RPC error", probe: refused(-32603, 500)),
        Row(name: "501 text", probe: { _ in .text("not here", "text/plain", status: 501) }),
        Row(name: "502 page", probe: { _ in .html("<h1>bad gateway</h1>", status: HTTPStatus(502)) }),
        Row(name: "503", probe: { _ in HTTPResponse(.serviceUnavailable) }),
        Row(name: "429", probe: { _ in HTTPResponse(.tooManyRequests) }),
        Row(name: "410", probe: { _ in HTTPResponse(HTTPStatus(410)) }),
        Row(name: "202", probe: { _ in HTTPResponse(.accepted) }),
        Row(name: "empty 200", probe: { _ in HTTPResponse(.ok) }),
        Row(name: "200 page", probe: { _ in .html("<h1>hello</h1>") }),
        Row(name: "200 text", probe: { _ in .text("hello", "text/plain") }),
        Row(name: "200 and no JSON", probe: { _ in .text("hello", "application/json") }),
        Row(name: "200 and null", probe: { _ in .text("null", "application/json") }),
        Row(name: "200 and an empty array", probe: { _ in .text("[]", "application/json") }),
        Row(name: "200 and other JSON", probe: { _ in .json(["ok": true]) }),
        Row(name: "another id", probe: { _ in .json(["jsonrpc": "2.0", "id": "other", "result": [:]]) }),
        Row(
            name: "an error without an id",
            probe: { _ in
                .text(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}"#, "application/json")
            }),
        Row(
            name: "no result and no error",
            probe: { asked in
                .json(["jsonrpc": "2.0", "id": asked.message["id"] ?? .null])
            }),
        Row(
            name: "a result that is no object",
            probe: { asked in
                .json(["jsonrpc": "2.0", "id": asked.message["id"] ?? .null, "result": "ok"])
            }),
        Row(name: "an empty event stream", probe: { _ in .events([]) }),
        Row(name: "an event stream of comments", probe: { _ in .events([": hello\n\n"]) }),
        Row(name: "an event that is no message", probe: { _ in .events(["data: hello\n\n"]) }),
        Row(name: "-32022 without the versions", probe: refused(-32022)),
        Row(
            name: "404 with a page of 2 MiB",
            probe: { _ in .html(String(repeating: "a", count: 2 << 20), status: .notFound) }),
        Row(
            name: "200 with 9 MiB",
            probe: { _ in .text("\"" + String(repeating: "a", count: 9 << 20), "application/json") }),
        Row(
            name: "404 with a time",
            probe: { _ in
                HTTPResponse(.notFound, fields: HTTPFields([("Retry-After", "1")]))
            }),
        Row(name: "a redirect", probe: { _ in HTTPResponse(.found, fields: HTTPFields([("Location", "/")])) }),
    ]

    static let undecided = [
        Row(name: "-32020", probe: refused(-32020)), Row(name: "-32021", probe: refused(-32021)),
        Row(name: "nothing in common", probe: refused(-32022, supported: ["2099-01-01"])),
        Row(name: "nothing in common in a result", probe: discovered(["2099-01-01"])),
        Row(
            name: "429 with a time",
            probe: { _ in
                HTTPResponse(.tooManyRequests, fields: HTTPFields([("Retry-After", "1")]))
            }),
        Row(
            name: "503 with a time",
            probe: { asked in
                var response = refused(-32000, 503)(asked)
                response.fields.append("Retry-After", "1")
                return response
            }),
        Row(name: "403", probe: { _ in HTTPResponse(.forbidden) }),
        Row(name: "403 with a JSON-RPC error", probe: refused(-32000, 403)),
    ]

    @Test("Answers that mean a server with sessions", .proves(.eraFollowsFromDiscovery), arguments: legacy)
    func legacyRows(_ row: Row) async throws {
        try await ScriptedServer.run(["/mcp": Self.probing(row.probe)]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(try await connection.serverInfo().version == .november2025)
                #expect(try await connection.tools().tools.count == 1)
                #expect(server.methods.filter { $0 == "initialize" }.count == 1)
            }
        }
    }

    @Test(
        "Answers that prove nothing, after which no handshake follows",
        .proves(.refusalsSayNothingOfTheEra, .eraFollowsFromDiscovery), arguments: undecided)
    func undecidedRows(_ row: Row) async throws {
        try await ScriptedServer.run(["/mcp": Self.probing(row.probe)]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                await #expect(throws: (any Error).self) { try await connection.tools() }
                #expect(!server.methods.contains("initialize"))
            }
        }
    }

    @Test("A 401 leads to a login and then the same probe again", .proves(.refusalsSayNothingOfTheEra))
    func challenged() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(try await connection.serverInfo().version == .july2026)
                #expect(server.methods == ["server/discover", "server/discover"])
            }
        }
    }

    @Test(
        "No handshake follows when the server answers the probe slowly", .proves(.refusalsSayNothingOfTheEra, .waitsEnd)
    )
    func slow() async throws {
        let slow: ScriptedServer.Script = { asked in
            guard asked.token != nil else { return HTTPResponse(.unauthorized) }
            try await Task.sleep(for: .seconds(4))
            return HTTPResponse(.notFound)
        }
        try await ScriptedServer.run(["/mcp": slow]) { server in
            try await Bench.run({ $0.timeout = .seconds(2) }) { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(await failure { _ = try await connection.tools() }?.code == "timeout")
                #expect(!server.methods.contains("initialize"))
            }
        }
    }

    @Test(
        "A version that the server names is tried once, and a second refusal is an error",
        .proves(.eraFollowsFromDiscovery))
    func refusedTwice() async throws {
        let probe = Self.refused(-32022, supported: ["2026-07-28"])
        try await ScriptedServer.run(["/mcp": Self.probing(probe)]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(await failure { _ = try await connection.tools() }?.kind == .protocolViolation)
                #expect(server.requests(to: "/mcp").count { $0.token != nil } == 2)
            }
        }
    }

    @Test(
        "A server that refuses the handshake too is reported as too old, or as no MCP server",
        .proves(.eraFollowsFromDiscovery))
    func neither() async throws {
        let script: ScriptedServer.Script = {
            $0.token == nil ? HTTPResponse(.unauthorized) : HTTPResponse(.methodNotAllowed)
        }
        try await ScriptedServer.run(["/mcp": script]) { server in
            try await Bench.run { bench in
                let connection = try bench.connection(server.mcpURL)
                #expect(
                    await failure { _ = try await connection.tools() }?.advice?.description.contains("2024-11-05")
                        == true)
            }
        }
    }

    @Test(
        "A result that may come from an outage is not remembered, and not reported as the reason",
        .proves(.eraIsRemembered))
    func outage() async throws {
        try await ScriptedServer.run(["/mcp": Self.probing(Self.refused(-32603, 500))]) { server in
            try await Bench.run { bench in
                _ = try await bench.connection(server.mcpURL).tools()
                server.serve("/mcp", nil)
                #expect(try await bench.connection(server.mcpURL).serverInfo().version == .july2026)
            }
            try await Bench.run { bench in
                server.serve("/mcp") { asked in
                    asked.method == "server/discover" && asked.token != nil
                        ? HTTPResponse(.serviceUnavailable) : try await server.honest(asked)
                }
                let error = await failure { _ = try await bench.connection(server.mcpURL).tools() }
                #expect(error?.kind == .network && error?.code == "503")
                let modern = await failure { _ = try await bench.connection(server.mcpURL, era: .modern).tools() }
                #expect(modern?.code == "503")
            }
        }
    }

    @Test(
        "An outage of the authorization server proves nothing about the revision", .proves(.refusalsSayNothingOfTheEra))
    func authorizationOutage() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                let access = try bench.access(server.mcpURL, agent: bench.person)
                _ = try await access.authorize()
                server.serve("/mcp") { _ in HTTPResponse(.unauthorized) }
                server.serve("/token") { _ in HTTPResponse(.internalServerError) }
                #expect(await failure { _ = try await bench.connection(access).tools() }?.kind == .network)
                #expect(!server.methods.contains("initialize"))
            }
        }
    }

    @Test(
        "When a remembered revision fails, the next request probes anew, and no call is sent twice",
        .proves(.eraIsRemembered)
    )
    func failing() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                _ = try await bench.connection(server.mcpURL).tools()
                server.serve("/mcp") { asked in
                    if asked.request.fields.first("mcp-method") != nil { return HTTPResponse(.internalServerError) }
                    return ScriptedServer.legacyMCP(asked)
                }
                let first = try bench.connection(server.mcpURL)
                let error = await failure { _ = try await first.request("tools/call", ["name": "echo"]) }
                #expect(error?.kind == .network && server.methods.count { $0 == "tools/call" } == 1)
                #expect(try await bench.connection(server.mcpURL).tools().tools.count == 1)
            }
        }
    }

    @Test("A remembered revision is probed again when the server contradicts it", .proves(.eraIsRemembered))
    func changed() async throws {
        try await ScriptedServer.run { server in
            try await Bench.run { bench in
                _ = try await bench.connection(server.mcpURL).tools()
                server.serve("/mcp", Self.probing { _ in HTTPResponse(.notFound) })
                let second = try bench.connection(server.mcpURL)
                #expect(try await second.tools().tools.count == 1)
                #expect(
                    server.methods.suffix(5) == [
                        "tools/list", "server/discover", "initialize", "notifications/initialized", "tools/list",
                    ])
                let third = try bench.connection(server.mcpURL)
                _ = try await third.tools()
                #expect(server.methods.suffix(3) == ["initialize", "notifications/initialized", "tools/list"])
            }
        }
    }

    @Test("Only the chosen era is used", .proves(.eraIsRemembered))
    func chosen() async throws {
        try await ScriptedServer.run(["/mcp": Self.probing { _ in HTTPResponse(.notFound) }]) { server in
            try await Bench.run { bench in
                let modern = try bench.connection(server.mcpURL, era: .modern)
                #expect(await failure { _ = try await modern.tools() }?.kind == .protocolViolation)
                #expect(!server.methods.contains("initialize"))
                _ = try await bench.connection(server.mcpURL, era: .legacy).tools()
                #expect(server.methods.suffix(3) == ["initialize", "notifications/initialized", "tools/list"])
                let exact = try bench.connection(server.mcpURL, era: .version(.june2025))
                #expect(await failure { _ = try await exact.tools() }?.problem.contains("2025-11-25") == true)
            }
        }
    }
}
