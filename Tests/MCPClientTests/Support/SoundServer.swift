import HTTPEdge
import MCPCore
import Primitives
import Synchronization
import TestSupport

@testable import MCPClient

/// The MCP part of a correct server, in one of the ways that the revisions allow.
final class SoundServer: Sendable {
    enum Kind: String, CaseIterable, Sendable { case withSessions, withoutSessions, stateless }

    /// Changes the answer to a request, for tests of one mistake.
    typealias Change = @Sendable (ScriptedServer.Asked, HTTPResponse) -> HTTPResponse

    private let kind: Kind
    private let version: String
    private let change: Change
    private let sessions = Mutex<Set<String>>([])

    init(_ kind: Kind, version: String = "2025-11-25", change: @escaping Change = { $1 }) {
        (self.kind, self.version, self.change) = (kind, version, change)
    }

    /// A read-only tool with an output schema.
    static let tool: JSONObject = [
        "name": "echo", "inputSchema": ["type": "object"],
        "outputSchema": ["type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"]],
        "annotations": ["readOnlyHint": true, "openWorldHint": false],
    ]

    static let called: JSONObject = [
        "content": [["type": "text", "text": "{\"n\":1}"]], "structuredContent": ["n": 1],
    ]

    /// Makes a scripted server answer like this one.
    func serve(at server: ScriptedServer) {
        server.serve("/mcp") { [self, unowned server] asked in
            guard let token = asked.token, token != "not-a-token" else { return try await server.honest(asked) }
            return change(asked, kind == .stateless ? stateless(asked) : legacy(asked))
        }
    }

    private func stateless(_ asked: ScriptedServer.Asked) -> HTTPResponse {
        let asksForOther = asked.request.fields.first("mcp-protocol-version") != "2026-07-28"
        if asked.request.method != .post { return HTTPResponse(.methodNotAllowed) }
        if asked.message["id"] == nil { return HTTPResponse(.accepted) }
        if asksForOther {
            return .error(
                -32022, "Unsupported protocol version", data: ["supported": ["2026-07-28"], "requested": "x"],
                to: asked, status: .badRequest)
        }
        let about: JSONObject = ["resultType": "complete", "ttlMs": 0, "cacheScope": "public"]
        switch asked.method {
        case "tools/list": return .result(about.adding(["tools": [.object(Self.tool)]]), to: asked)
        case "tools/call": return .result(Self.called.adding(["resultType": "complete"]), to: asked)
        default: return ScriptedServer.mcp(asked)
        }
    }

    private func legacy(_ asked: ScriptedServer.Asked) -> HTTPResponse {
        if asked.method == "initialize" {
            let session =
                kind == .withSessions ? sessions.withLock { $0.insert("s\($0.count)").memberAfterInsert } : nil
            return ScriptedServer.legacyMCP(asked, version: version, session: session)
        }
        let id = asked.request.fields.first("mcp-session-id")
        if kind == .withSessions {
            guard let id else { return HTTPResponse(.badRequest) }
            guard sessions.withLock({ $0.contains(id) }) else { return HTTPResponse(.notFound) }
        }
        switch asked.request.method {
        case .delete where kind == .withSessions:
            _ = sessions.withLock { $0.remove(id ?? "") }
            // A session id is never used twice.
            sessions.withLock { _ = $0.insert("ended \(id ?? "")") }
            return HTTPResponse(.noContent)
        case .post: break
        default: return HTTPResponse(.methodNotAllowed)
        }
        switch asked.method {
        case "tools/list": return .result(["tools": [.object(Self.tool)]], to: asked)
        case "tools/call": return .result(Self.called, to: asked)
        case "server/discover" where id == nil: return HTTPResponse(.badRequest)
        case let method where method != "ping" && !method.isEmpty && !method.hasPrefix("notifications/"):
            return .error(-32601, "Method not found", to: asked)
        default: return ScriptedServer.legacyMCP(asked, version: version)
        }
    }
}

extension JSONObject {
    /// The object with other members, which replace those of the same names.
    func adding(_ others: JSONObject) -> JSONObject {
        var object = self
        for (name, value) in others.members { object[name] = value }
        return object
    }

    func without(_ name: String) -> JSONObject {
        var object = self
        object[name] = nil
        return object
    }
}
