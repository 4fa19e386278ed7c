import HTTPEdge
import MCPClient
import MCPCore
import OAuth
import Primitives
import Synchronization
import TestSupport

@testable import MCPClient

/// A scripted server: an authorization server and an MCP server that are correct unless a test changes them.
final class ScriptedServer: Sendable {
    /// The answer at a path in place of the correct one.
    typealias Script = @Sendable (Asked) async throws -> HTTPResponse

    /// One request, as a script gets it.
    struct Asked: Sendable {
        let request: HTTPRequest
        let origin: String
        /// The number of requests for this path, including this one.
        let count: Int

        var form: FormParameters { (try? FormParameters(decoding: request.body)) ?? FormParameters() }
        var query: FormParameters { (try? FormParameters(decoding: (request.query ?? "").utf8)) ?? FormParameters() }
        var code: String? { (try? form.value(.code)) ?? nil }
        var message: JSONObject { (try? JSONParser.parse(request.body))?.object ?? [:] }
        var method: String { message["method"]?.string ?? "" }
        var token: String? { request.fields.first("authorization").map { String($0.dropFirst("Bearer ".count)) } }
    }

    private struct Memory {
        var scripts: [String: Script] = [:]
        var log: [HTTPRequest] = []
        var issued = 0
    }

    private let memory = Mutex(Memory())
    private let http: HTTPServer

    var origin: String { "http://127.0.0.1:\(http.port)" }
    var mcpURL: String { "\(origin)/mcp" }

    /// All requests so far, in order.
    var requests: [HTTPRequest] { memory.withLock { $0.log } }
    /// The paths of all requests, in order.
    var paths: [String] { requests.map(\.path) }
    /// The JSON-RPC methods of all requests, in order.
    var methods: [String] { requests.filter { $0.path == "/mcp" }.map { Asked($0, origin).method } }
    /// The number of issued tokens.
    var issued: Int { memory.withLock { $0.issued } }

    func requests(to path: String) -> [Asked] { requests.filter { $0.path == path }.map { Asked($0, origin) } }

    /// Runs a test against a server and stops it.
    static func run(_ scripts: [String: Script] = [:], _ body: (ScriptedServer) async throws -> Void) async throws {
        let server = try await ScriptedServer(http: HTTPServer(addresses: ["127.0.0.1"], port: 0), scripts)
        await server.http.serve(Answers(server: server))
        do {
            try await body(server)
        } catch {
            await server.http.stop()
            throw error
        }
        await server.http.stop()
    }

    private init(http: HTTPServer, _ scripts: [String: Script]) {
        self.http = http
        memory.withLock { $0.scripts = scripts }
    }

    /// Changes the answers at a path from now on; nil for the correct ones.
    func serve(_ path: String, _ script: Script?) { memory.withLock { $0.scripts[path] = script } }

    private struct Answers: RequestHandler {
        let server: ScriptedServer

        func respond(to request: HTTPRequest) async -> HTTPResponse {
            let (script, count) = server.memory.withLock { memory in
                memory.log.append(request)
                return (memory.scripts[request.path], memory.log.count { $0.path == request.path })
            }
            let asked = Asked(request: request, origin: server.origin, count: count)
            do {
                return try await (script ?? server.honest)(asked)
            } catch {
                return HTTPResponse(.internalServerError)
            }
        }
    }

    /// Enables dynamic registration from now on.
    func registers() {
        serve("/.well-known/oauth-authorization-server") { [origin] _ in
            var document = Self.issuerMetadata(origin)
            document["registration_endpoint"] = .string("\(origin)/register")
            return .json(document)
        }
        serve("/register") { asked in
            .json(["client_id": .string("client-\(asked.count)"), "client_secret": "s"], status: HTTPStatus(201))
        }
    }

    /// Names another authorization server from now on.
    func moves(to issuer: String) {
        serve("/.well-known/oauth-protected-resource/mcp") { [origin] _ in
            var document = Self.resourceMetadata(origin)
            document["authorization_servers"] = [.string(issuer)]
            return .json(document)
        }
    }

    // MARK: - Correct answers

    @Sendable func honest(_ asked: Asked) async throws -> HTTPResponse {
        switch asked.request.path {
        case "/.well-known/oauth-protected-resource/mcp": .json(Self.resourceMetadata(origin))
        case "/.well-known/oauth-authorization-server": .json(Self.issuerMetadata(origin))
        case "/authorize": authorize(asked)
        case "/token" where !["a-code", nil].contains(asked.code):
            .json(["error": "invalid_grant"], status: .badRequest)
        case "/token": .json(tokens(scope: (try? asked.form.value(.scope)) ?? nil))
        case "/revoke": HTTPResponse(.ok)
        case "/mcp" where asked.token == nil:
            challenge("resource_metadata=\"\(origin)/.well-known/oauth-protected-resource/mcp\"")
        case "/mcp" where asked.token == "not-a-token": challenge("error=\"invalid_token\"")
        case "/mcp": Self.mcp(asked)
        default: HTTPResponse(.notFound)
        }
    }

    static func resourceMetadata(_ origin: String, resource: String? = nil) -> JSONObject {
        ["resource": .string(resource ?? "\(origin)/mcp"), "authorization_servers": [.string(origin)]]
    }

    static func issuerMetadata(_ issuer: String, at origin: String? = nil) -> JSONObject {
        let origin = origin ?? issuer
        return [
            "issuer": .string(issuer), "authorization_endpoint": .string("\(origin)/authorize"),
            "token_endpoint": .string("\(origin)/token"), "revocation_endpoint": .string("\(origin)/revoke"),
            "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": true,
        ]
    }

    /// Redirects with a code at once; changes replace parameters, and nil omits one.
    func authorize(_ asked: Asked, _ changes: [String: String?] = [:]) -> HTTPResponse {
        var answer = ["code": "a-code", "state": (try? asked.query.value(.state)) ?? nil, "iss": origin]
        answer.merge(changes) { $1 }
        let target = (try? asked.query.value(.redirectURI)) ?? ""
        let form = answer.compactMap { name, value in value.map { (name, $0) } }
        return HTTPResponse(.found, fields: HTTPFields([("Location", "\(target)?\(TestClient.encode(form))")]))
    }

    /// A token response with a new token each time.
    func tokens(scope: String? = nil, lifetime: Int = 3600, refreshes: Bool = true) -> JSONObject {
        let number = memory.withLock { memory in
            memory.issued += 1
            return memory.issued
        }
        var document: JSONObject = [
            "access_token": .string("access-\(number)"), "token_type": "Bearer", "expires_in": JSONValue(lifetime),
        ]
        if refreshes { document["refresh_token"] = .string("refresh-\(number)") }
        document["scope"] = scope.map { .string($0) }
        return document
    }

    func challenge(_ parameters: String, status: HTTPStatus = .unauthorized) -> HTTPResponse {
        HTTPResponse(status, fields: HTTPFields([("WWW-Authenticate", "Bearer \(parameters)")]))
    }

    /// The answer of a server of the stateless revision with the tool `echo`.
    static func mcp(_ asked: Asked) -> HTTPResponse {
        switch asked.method {
        case "server/discover":
            .result(
                [
                    "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]],
                    "ttlMs": 0,
                    "cacheScope": "public",
                ], to: asked)
        case "tools/list":
            .result(
                [
                    "resultType": "complete", "tools": [["name": "echo", "inputSchema": ["type": "object"]]],
                    "ttlMs": 0,
                    "cacheScope": "public",
                ], to: asked)
        case "tools/call":
            .result(["resultType": "complete", "content": [["type": "text", "text": "hello"]]], to: asked)
        default: .error(-32601, "Method not found", to: asked, status: .notFound)
        }
    }

    /// The answer of a server of the revisions with sessions.
    static func legacyMCP(_ asked: Asked, version: String = "2025-11-25", session: String? = "s1") -> HTTPResponse {
        switch asked.method {
        case "initialize":
            var response = HTTPResponse.result(
                [
                    "protocolVersion": .string(version), "capabilities": ["tools": [:]],
                    "serverInfo": ["name": "scripted", "version": "1"],
                ], to: asked)
            if let session { response.fields.append("Mcp-Session-Id", session) }
            return response
        case "tools/list":
            return .result(["tools": [["name": "echo", "inputSchema": ["type": "object"]]]], to: asked)
        case "tools/call": return .result(["content": [["type": "text", "text": "hello"]]], to: asked)
        case "ping": return .result([:], to: asked)
        case let method where method.hasPrefix("notifications/") || method.isEmpty: return HTTPResponse(.accepted)
        default: return .error(-32601, "Method not found", to: asked, status: .badRequest)
        }
    }
}

extension ScriptedServer.Asked {
    fileprivate init(_ request: HTTPRequest, _ origin: String) {
        self.init(request: request, origin: origin, count: 0)
    }
}

extension HTTPResponse {
    static func json(_ object: JSONObject, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(
            status, fields: HTTPFields([("Content-Type", "application/json")]),
            body: .bytes(JSONWriter.bytes(of: object)))
    }

    static func html(_ text: String, status: HTTPStatus = .ok) -> HTTPResponse {
        HTTPResponse(status, fields: HTTPFields([("Content-Type", "text/html")]), body: .bytes(Array(text.utf8)))
    }

    static func text(_ text: String, _ type: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            HTTPStatus(status), fields: HTTPFields([("Content-Type", type)]), body: .bytes(Array(text.utf8)))
    }

    static func result(_ result: JSONObject, to asked: ScriptedServer.Asked) -> HTTPResponse {
        .json(["jsonrpc": "2.0", "id": asked.message["id"] ?? .null, "result": .object(result)])
    }

    static func error(
        _ code: Int, _ message: String, data: JSONObject? = nil, to asked: ScriptedServer.Asked,
        status: HTTPStatus = .ok
    ) -> HTTPResponse {
        var error: JSONObject = ["code": JSONValue(code), "message": .string(message)]
        error["data"] = data.map { .object($0) }
        return .json(["jsonrpc": "2.0", "id": asked.message["id"] ?? .null, "error": .object(error)], status: status)
    }

    /// An event stream of these texts, byte for byte.
    static func events(_ texts: [String]) -> HTTPResponse {
        HTTPResponse(
            .ok, fields: HTTPFields([("Content-Type", "text/event-stream")]),
            body: .events(
                EventStream { writer in
                    for text in texts { try await writer.send(Array(text.utf8)) }
                }))
    }
}
