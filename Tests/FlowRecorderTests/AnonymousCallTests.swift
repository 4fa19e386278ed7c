import HTTPEdge
import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Requests without a token by clients with the same user agent")
struct AnonymousCallTests {
    private let good = RecordedClient(agent: "node", browser: "browser", name: "Good", id: "client")
    private static let storm = "no-retry-storm"

    private func connection(_ number: Int) -> Exchange.Connection {
        Exchange.Connection(number: number, opened: .now)
    }

    private func use(_ client: RecordedClient, _ token: String) {
        client.call(method: "initialize", token: token)
    }

    @Test("A storm is found although another client of the same user agent works, and that one is not accused")
    func besideWork() throws {
        let bad = good.other("node", name: "Bad")
        use(good, "access-g")
        for _ in 0..<6 {
            bad.challenge(method: "initialize")
            use(good, "access-g")
        }
        #expect(try good.verdict(on: Self.storm, client: "Bad") == "FAIL")
        #expect(try good.verdict(on: Self.storm, client: "Good") != "FAIL")
    }

    @Test("Two clients that have a token, and ask without it first in each run, are none", arguments: ["Other", nil])
    func besideEachOther(name: String?) throws {
        let other = good.other("node", name: name)
        for _ in 0..<6 {
            good.challenge(method: "initialize")
            other.challenge(method: "initialize")
            use(good, "access-g")
            use(other, "access-o")
        }
        #expect(try good.verdict(on: Self.storm) != "FAIL")
    }

    @Test("A storm on one connection is found beside one that was open all along, which carries requests with a token")
    func besideConnection() throws {
        var (busy, bad) = (good, good)
        busy.connection = connection(1)
        use(busy, "access-g")
        bad.connection = connection(2)
        for _ in 0..<6 {
            bad.challenge(method: "initialize")
            use(busy, "access-g")
        }
        #expect(try good.verdict(on: Self.storm) == "FAIL")
    }

    @Test("A client whose connection carries both is none, nor is one that opens a connection for each request")
    func sameConnection() throws {
        for isNew in [true, false] {
            var client = RecordedClient(agent: "node", name: "Good")
            client.connection = connection(1)
            for number in 0..<6 {
                client.challenge(method: "initialize")
                if isNew { client.connection = connection(2 * number + 2) }
                use(client, "access-g")
                if isNew { client.connection = connection(2 * number + 3) }
            }
            #expect(try client.verdict(on: Self.storm) != "FAIL")
        }
    }

    @Test(
        "A call without a name is not charged with those of another client of the same user agent, which are charged",
        arguments: ["node", nil])
    func nameless(agent: String?) throws {
        let bee = RecordedClient(agent: agent, browser: "browser", name: "Bee", id: "client")
        let stranger = bee.other(agent)
        for _ in 0..<4 { stranger.challenge() }
        bee.other(agent).challenge()
        bee.readMetadata()
        bee.authorize("b")
        for _ in 0..<2 { stranger.challenge() }
        bee.logIn("b")
        bee.redeem("b")
        use(bee, "access-b")
        #expect(try bee.verdict(on: Self.storm, client: "Bee") != "FAIL")
        #expect(try bee.verdict(on: Self.storm) == "FAIL")
        let flow = bee.recorder.judgedFlows.first { $0.flow.client?.text == "Bee" }
        #expect(flow?.brokenRules.contains { $0.rule == .noRetryStorm } == false)
        #expect(
            try bee.recorder.report().clientNames.contains { $0 == agent ?? "a client without a user agent" })
    }

    @Test("A client that is the only one of its user agent answers for its calls without a name")
    func namelessAlone() throws {
        for _ in 0..<5 { good.other("node").challenge() }
        good.readMetadata()
        good.finishLogin("g")
        good.redeem("g")
        use(good, "access-g")
        #expect(try good.verdict(on: Self.storm, client: "Good") == "FAIL")
    }

    @Test("What may be another client's stays with the user agent when the flow is no longer kept")
    func dropped() throws {
        for _ in 0..<4 { good.other("node").challenge() }
        good.readMetadata()
        good.authorize("b")
        good.other("node").challenge()
        good.logIn("b")
        good.redeem("b")
        use(good, "access-b")
        for number in 0...FlowTable.capacity { good.other("agent \(number)").challenge() }
        #expect(!good.recorder.flows.contains { $0.client?.text == "Good" })
        #expect(try good.verdict(on: Self.storm, client: "Good") != "FAIL")
        #expect(try good.verdict(on: Self.storm, client: "node") == "FAIL")
    }

    @Test("A discovery ends a storm once, not with each of its documents, be it another client's or not")
    func discovery() throws {
        let bad = good.other("node", name: "Bad")
        good.challenge(method: "initialize")
        for _ in 0..<3 { bad.challenge(method: "initialize") }
        good.discover(.resourceMetadata, "/.well-known/oauth-protected-resource/mcp")
        for _ in 0..<3 { bad.challenge(method: "initialize") }
        #expect(try good.verdict(on: Self.storm) != "FAIL")
        good.discover(.metadata, "/.well-known/oauth-authorization-server")
        bad.challenge(method: "initialize")
        #expect(try good.verdict(on: Self.storm, client: "Bad") == "FAIL")
    }

    @Test(
        "A discovery that turns out to be another client's ends no storm, in whosever flow it is",
        arguments: [true, false])
    func foreignDiscovery(isDeniedFirst: Bool) throws {
        let (one, bad) = (good.other("one", name: "One", id: "client"), good.other("bad", name: "Bad"))
        one.challenge(method: "initialize")
        for _ in 0..<2 { bad.challenge(method: "initialize") }
        // Some clients send a user agent only with their messages.
        good.other(nil).discover(.resourceMetadata, "/.well-known/oauth-protected-resource/mcp")
        for _ in 0..<2 { bad.challenge(method: "initialize") }
        good.other(nil).discover(.metadata, "/.well-known/oauth-authorization-server")
        if isDeniedFirst {
            one.authorize("denied")
            one.deny("denied")
        }
        one.finishLogin("o")
        good.other(nil, id: "client").redeem("o")
        use(one, "access-o")
        // Bad may have asked for the login that was denied, which has no name then.
        #expect(try good.verdict(on: Self.storm, client: isDeniedFirst ? nil : "Bad") == "FAIL")
        #expect(try good.verdict(on: Self.storm, client: "One") != "FAIL")
    }

    @Test("Four clients of one name that begin at once are none, each with a discovery of its own", arguments: [4, 1])
    func atOnce(clients: Int) throws {
        for _ in 0..<4 { good.challenge(method: "initialize") }
        for _ in 0..<clients { good.readMetadata() }
        #expect(try (good.verdict(on: Self.storm) == "FAIL") == (clients == 1))
    }

    @Test("A person who looks at the address with a browser, as often as he likes, is no client")
    func browser() throws {
        for _ in 0..<6 {
            good.exchange(.mcp, "/mcp", method: .get, fields: [("Sec-Fetch-Mode", "navigate")], status: 401)
        }
        #expect(try good.verdict(on: Self.storm) == "NOT SEEN")
    }
}
