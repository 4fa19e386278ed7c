import Primitives
import Synchronization
import Testing
import TestSupport

@testable import MCPCore

/// A server with a manual clock, and short functions for requests.
struct Bench {
    let server: MCPServer
    let sessions: MemorySessionStore
    let clock = HandClock()

    static let alice = Caller(subject: "alice", clientID: "app", scopes: ["user"])
    static let bob = Caller(subject: "bob", clientID: "app", scopes: ["user"])
    static let description = ServerDescription(
        name: "static-auth-server", version: "0.1.0", title: "Static", description: "A demo.",
        websiteURL: "https://example.com", instructions: "Demo server: get_time and echo.")

    init(
        _ tools: [any Tool] = [Clock(), Echo()], policy: Policy = Policy(),
        sessions: MemorySessionStore = MemorySessionStore()
    ) throws {
        self.sessions = sessions
        let counter = Counter()
        server = MCPServer(
            Environment(
                description: Self.description, tools: try ToolRegistry(tools), policy: policy,
                now: { [clock] in clock.now }, randomBytes: { counter.bytes($0) }, sha256: { $0.reversed() }),
            sessions: sessions)
    }

    // MARK: Requests

    func post(
        _ body: JSONValue, _ headers: TransportHeaders = TransportHeaders(), as caller: Caller = Self.alice
    ) async throws -> Answer {
        try await post(text: String(decoding: JSONWriter.bytes(of: body), as: UTF8.self), headers, as: caller)
    }

    func post(
        text: String, _ headers: TransportHeaders = TransportHeaders(), as caller: Caller = Self.alice
    ) async throws -> Answer {
        try Answer(await server.post(body: Array(text.utf8), headers: headers, caller: caller))
    }

    /// A complete modern request; arguments replace the correct values.
    func modern(
        _ method: String, _ params: JSONObject = [:], id: JSONValue = 1, meta: JSONObject = [:],
        as caller: Caller = Self.alice, headers change: (inout TransportHeaders) -> Void = { _ in }
    ) async throws -> Answer {
        var headers = TransportHeaders(protocolVersion: ["2026-07-28"], method: [method])
        if let name = params["name"]?.string { headers.name = [name] }
        change(&headers)
        var params = params
        var allMeta = Self.envelope
        for (name, value) in meta.members { allMeta[name] = value }
        params["_meta"] = .object(allMeta)
        return try await post(Self.request(method, params, id: id), headers, as: caller)
    }

    static let envelope: JSONObject = [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": [:],
    ]

    static func request(_ method: String, _ params: JSONObject? = nil, id: JSONValue = 1) -> JSONValue {
        var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        message["params"] = params.map(JSONValue.object)
        return .object(message)
    }

    static func notification(_ method: String, _ params: JSONObject? = nil) -> JSONValue {
        var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
        message["params"] = params.map(JSONValue.object)
        return .object(message)
    }

    // MARK: Sessions

    static func initialize(_ version: String) -> JSONValue {
        request(
            "initialize",
            [
                "protocolVersion": .string(version), "capabilities": [:],
                "clientInfo": ["name": "test", "version": "1"],
            ])
    }

    /// Opens a session and returns its headers.
    func session(_ version: String = "2025-11-25", as caller: Caller = Self.alice) async throws -> TransportHeaders {
        let answer = try await post(Self.initialize(version), as: caller)
        return TransportHeaders(sessionID: [try #require(answer.sessionID)])
    }

    func get(_ headers: TransportHeaders, as caller: Caller = Self.alice) async throws -> Answer {
        try Answer(await server.get(headers: headers, caller: caller))
    }

    func delete(_ headers: TransportHeaders, as caller: Caller = Self.alice) async throws -> Answer {
        try Answer(await server.delete(headers: headers, caller: caller))
    }
}

/// A clock that tests set.
final class HandClock: Sendable {
    private let instant = Mutex<Instant>(.seconds(1_795_226_584))

    var now: Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}

/// Bytes that never repeat and are the same in each run.
private final class Counter: Sendable {
    private let value = Mutex<UInt64>(0)

    func bytes(_ count: Int) -> [UInt8] {
        let number = value.withLock {
            $0 += 1
            return $0
        }
        return (0..<count).reversed().map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> (UInt64($0) * 8)) : 0 }
    }
}
