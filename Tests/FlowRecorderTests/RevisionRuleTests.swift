import HTTPEdge
import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Rules that a revision of MCP does not have, or another client's")
struct RevisionRuleTests {
    private let client = RecordedClient(agent: "client", browser: "browser", id: "client")

    private func initialize(_ revision: String, token: String? = nil) {
        client.exchange(
            .mcp, "/mcp", fields: token.map { [("Authorization", "Bearer \($0)")] } ?? [],
            body: #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"\#(revision)"}}"#,
            status: token == nil ? 401 : 200, document: "{}")
    }

    private static let rules = ["resource-authorize", "resource-metadata"]

    @Test(
        "A client of MCP 2025-03-26 knows no resource and no metadata of one, before its first token and later",
        arguments: ["2025-03-26", "2025-06-18"], [true, false])
    func firstRevision(revision: String, isChallenged: Bool) throws {
        isChallenged ? initialize(revision) : client.challenge()
        client.discover(.metadata, "/.well-known/oauth-authorization-server")
        client.finishLogin("a")
        client.redeem("a")
        if !isChallenged { initialize(revision, token: "access-a") }
        client.call(token: "access-a", status: 401)
        client.finishLogin("b")
        client.redeem("b")
        let verdicts = try Self.rules.map { try client.verdict(on: $0) }
        #expect(verdicts.allSatisfy { $0 == (revision == "2025-03-26" ? "NOT SEEN" : "FAIL") })
        #expect(try client.verdict(on: "server-metadata") == "PASS")
    }

    @Test("A client that knows a newer revision as well has to name the resource")
    func bothRevisions() throws {
        initialize("2025-11-25")
        initialize("2025-03-26")
        client.readMetadata()
        client.finishLogin("a")
        #expect(try client.verdict(on: "resource-authorize") == "FAIL")
    }

    @Test("A login does not pass for a refresh token that was refused to a client with the same user agent")
    func refusedRefreshOfOther() throws {
        let named = client.other("node", name: "Named", id: "client")
        let other = client.other("node", id: "client")
        other.refresh("garbage", status: 400)
        named.challenge(method: "initialize")
        named.readMetadata()
        named.finishLogin("n")
        named.redeem("n")
        named.call(method: "initialize", token: "access-n")
        #expect(try client.verdict(on: "refresh-no-loop", client: "Named") == "NOT SEEN")
        named.refresh("n", status: 400)
        named.finishLogin("m")
        named.redeem("m")
        named.call(method: "initialize", token: "access-m")
        #expect(try client.verdict(on: "refresh-no-loop", client: "Named") == "PASS")
    }

    @Test("A ping may come before initialize; after it each message has the session's id", arguments: [true, false])
    func ping(isFirst: Bool) throws {
        if !isFirst { client.call(method: "initialize", token: "access-a", opens: "session") }
        client.call(method: "ping", token: "access-a", status: 400, error: -32600)
        #expect(try client.verdict(on: "session-sent") == (isFirst ? "NOT SEEN" : "FAIL"))
    }
}
