import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Metadata that a client keeps from an earlier login")
struct KeptMetadataTests {
    private let one = RecordedClient(agent: "node", browser: "browser", name: "One")

    private func challenge(_ client: RecordedClient, _ document: String = "mcp") {
        let url = "https://server.example/.well-known/oauth-protected-resource/\(document)"
        client.call(
            method: "initialize", token: nil, status: 401,
            challenge: "Bearer realm=\"x\", resource_metadata=\"\(url)\", scope=\"user\"")
    }

    private func logIn(_ client: RecordedClient, _ name: String) {
        client.authorize(name, scope: "user")
        client.logIn(name)
        client.redeem(name)
        client.call(method: "initialize", token: "access-\(name)")
    }

    private func broken(_ client: RecordedClient) -> [String] {
        client.recorder.judgedFlows.filter { $0.flow.client?.text == client.name ?? client.agent }
            .flatMap { $0.brokenRules.map(\.rule.id) }.filter(Self.both.contains).sorted()
    }

    private static let both = ["resource-metadata", "server-metadata"]

    @Test("A client that was challenged again may go on with what it read before", arguments: ["One", nil])
    func again(name: String?) {
        let client = one.other("node", name: name)
        challenge(client)
        client.readMetadata()
        for login in ["a", "b", "c"] {
            if login != "a" { challenge(client) }
            logIn(client, login)
        }
        #expect(client.recorder.flows.count == 3)
        #expect(broken(client) == [])
    }

    @Test("Metadata read before the first challenge count, also where they were read without a user agent")
    func before() {
        one.readMetadata()
        challenge(one)
        logIn(one, "a")
        #expect(broken(one) == [])
    }

    @Test("A client that never read the document that the challenge names is accused")
    func never() {
        challenge(one)
        logIn(one, "a")
        #expect(broken(one) == Self.both)
    }

    @Test("A client that read another document than the challenge names now is accused")
    func otherDocument() {
        challenge(one)
        one.readMetadata()
        logIn(one, "a")
        challenge(one, "elsewhere")
        logIn(one, "b")
        #expect(broken(one) == ["resource-metadata"])
    }

    @Test("A client that read the metadata at another place than the challenge names neither passes nor fails")
    func otherPlace() throws {
        challenge(one)
        one.discover(.resourceMetadata, "/.well-known/oauth-protected-resource")
        one.discover(.metadata, "/.well-known/oauth-authorization-server")
        logIn(one, "a")
        #expect(try one.verdict(on: "resource-metadata") == "NOT SEEN")
        #expect(try one.verdict(on: "server-metadata") == "PASS")
        one.readMetadata()
        challenge(one)
        one.readMetadata()
        logIn(one, "b")
        #expect(broken(one) == [])
    }

    @Test("What another client read is not what this one did, and what was not served has not been read")
    func others() {
        let two = one.other("node", name: "Two")
        challenge(two)
        two.readMetadata()
        logIn(two, "t")
        challenge(one)
        one.discover(.resourceMetadata, "/.well-known/oauth-protected-resource/mcp", status: 404)
        logIn(one, "a")
        #expect(broken(one) == Self.both)
        #expect(broken(two) == [])
    }

    @Test("What a client may have read beside another one of the same user agent counts at its next login, too")
    func crowd() {
        let two = one.other("node", name: "Two")
        challenge(one)
        challenge(two)
        one.readMetadata()
        logIn(one, "a")
        #expect(broken(one) == [])
        challenge(one)
        logIn(one, "b")
        #expect(broken(one) == [])
        // No other client was at work this time, and the first login came after that.
        let three = one.other("node", name: "Three")
        challenge(three)
        logIn(three, "c")
        #expect(broken(three) == Self.both)
    }

    @Test("After a reset a new client is judged anew, and one that was there before is not accused")
    func reset() {
        challenge(one)
        one.readMetadata()
        logIn(one, "a")
        _ = one.recorder.forget()
        let two = one.other("two", name: "Two")
        challenge(two)
        logIn(two, "t")
        one.call(token: "access-a", status: 401)
        challenge(one)
        logIn(one, "b")
        #expect(broken(two) == Self.both)
        #expect(broken(one) == [])
        _ = one.recorder.forget()
        challenge(one)
        logIn(one, "c")
        #expect(broken(one) == Self.both)
    }

    @Test("What was read in a flow that is no longer kept counts")
    func droppedFlow() {
        challenge(one)
        one.readMetadata()
        logIn(one, "a")
        let crowd = one.other("crowd")
        for number in 0..<FlowTable.capacity { crowd.call(token: "t\(number)") }
        #expect(!one.recorder.flows.contains { $0.number == 1 })
        challenge(one)
        logIn(one, "b")
        #expect(broken(one) == [])
    }
}
