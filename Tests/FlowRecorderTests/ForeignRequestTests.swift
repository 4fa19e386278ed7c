import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Requests of another client beside those of a good one")
struct ForeignRequestTests {
    /// The good client.
    private let good = RecordedClient(agent: "node", browser: "browser", name: "Good", id: "other")

    private func run(_ name: String = "g", after step: () -> Void = {}) {
        good.challenge(method: "initialize")
        good.readMetadata()
        step()
        good.finishLogin(name)
        good.redeem(name)
        good.call(method: "initialize", token: "access-\(name)", opens: "session-\(name)")
    }

    /// The rules that any client of these tests breaks when it is alone.
    private static let common: Set<String> = {
        let alone = ForeignRequestTests()
        alone.run()
        return Set(alone.good.recorder.judgedFlows.flatMap { $0.brokenRules.map(\.rule.id) })
    }()

    /// The good client has no more to answer for than alone, and another one has broken a rule.
    private func expectGood(others rule: String? = nil, _ location: SourceLocation = #_sourceLocation) {
        var (own, others): (Set<String>, Set<String>) = ([], [])
        for flow in good.recorder.judgedFlows {
            let rules = flow.brokenRules.map(\.rule.id)
            if flow.flow.client?.text == "Good" { own.formUnion(rules) } else { others.formUnion(rules) }
            #expect(flow.flow.client?.text != "Good" || flow.firstProblem == nil, sourceLocation: location)
        }
        #expect(
            own.subtracting(["json-rpc", "session-ended", "initialized"]).isSubset(of: Self.common),
            sourceLocation: location)
        #expect(rule.map(others.contains) ?? true, sourceLocation: location)
    }

    // MARK: - Authorization

    @Test(
        "A refused authorization request with another client id is not the good client's",
        arguments: ["client", "nobody"], [302, 400])
    func refusedAuthorization(id: String, status: Int) throws {
        run {
            // The person's browser sends it.
            good.other("bad", id: id).refuseAuthorization("b", status: status)
        }
        expectGood(others: id == "nobody" && status == 400 ? "known-client" : nil)
        #expect(
            good.recorder.flows.map(\.kinds) == [
                "authorization", "challenge discovery authorization login token message",
            ])
    }

    @Test("What the good client read is shown with its own login, before its token request tells whose it is")
    func refusedAuthorizationBefore() {
        good.challenge(method: "initialize")
        good.readMetadata()
        good.other("bad", id: "client").refuseAuthorization("b", status: 400)
        good.authorize("g")
        #expect(good.recorder.flows.map(\.kinds) == ["authorization", "challenge discovery authorization"])
    }

    @Test("A refused authorization request of another redirect URI is not the good client's, a port apart")
    func otherRedirectURI() throws {
        let bad = good.other("bad", id: "other")
        run { bad.refuseAuthorization("b", status: 400, redirectURI: "http://evil.example/") }
        expectGood()
        let asked = ["http://localhost:1/a", "http://localhost:22/a", "http://localhost:22/b", "http://[::1]:3/a"].map {
            Asker(good.parameters(redirectURI: $0))
        }
        #expect(asked[0] == asked[1] && asked[0] != asked[2] && asked[0] != asked[3])
    }

    @Test("A client that is known by its client id is not charged with another id, even before it goes on")
    func knownClientID() throws {
        run("first")
        good.challenge(method: "initialize")
        good.readMetadata()
        good.other("bad", id: "client").refuseAuthorization("b", status: 400)
        #expect(good.recorder.flows.last?.kinds == "authorization")
        #expect(good.recorder.flows.last?.client == nil)
    }

    @Test("An authorization request with the user agent of a client is that client's")
    func ownAgent() throws {
        let bad = RecordedClient(recorder: good.recorder, agent: "bad", browser: "bad", name: "Bad", id: "other")
        bad.challenge(method: "initialize")
        bad.readMetadata()
        run { bad.refuseAuthorization("b", status: 400) }
        expectGood()
        #expect(good.recorder.flows.first?.kinds == "challenge discovery authorization")
        #expect(good.recorder.flows.first?.client?.text == "Bad")
    }

    @Test("A login with the metadata of another one is told apart by its client id, whichever comes first")
    func otherLogin() throws {
        let second = good.other("second", name: "Second", id: "client")
        good.challenge(method: "initialize")
        good.readMetadata()
        second.finishLogin("s")
        good.finishLogin("g")
        good.redeem("g")
        good.call(method: "initialize", token: "access-g")
        second.redeem("s")
        second.call(method: "initialize", token: "access-s")
        #expect(
            Set(good.recorder.flows.map { "\($0.client?.text ?? ""): \($0.kinds)" }) == [
                "Second: authorization login token message",
                "Good: challenge discovery authorization login token message",
            ])
    }

    // MARK: - What has no key

    /// A request of a program without a name.
    struct Stray: Sendable, CustomTestStringConvertible {
        let title: String
        var rule: String?
        let send: @Sendable (RecordedClient) -> Void

        var testDescription: String { title }
    }

    static let strays = [
        Stray(title: "an unknown token", rule: "no-retry-storm") { client in
            for _ in 0..<6 { client.call(token: "garbage", status: 401) }
        },
        Stray(title: "a token that was not issued here, with an error") { client in
            client.call(token: "foreign", status: 400, error: -32600)
        },
        Stray(title: "an unknown refresh token", rule: "refresh-no-loop") { client in
            for _ in 0..<6 { client.refresh("garbage", status: 400) }
        },
        Stray(title: "an unknown code") { $0.redeem("garbage", status: 400) },
        Stray(title: "a wrong secret") {
            $0.redeem("x", grant: "client_credentials", status: 401, error: "invalid_client")
        },
        Stray(title: "a registration", rule: "no-registration") {
            $0.exchange(.register, "/register", body: "{}", status: 403)
        },
        Stray(title: "a wrong path") { $0.exchange(.other, "/sse", body: "{}", status: 404) },
        Stray(title: "an introspection that is refused") { client in
            client.other("resource-server", id: client.id)
                .exchange(.introspect, "/introspect", body: "token=access-g", status: 401)
        },
        Stray(title: "a login that fails") { client in
            client.call(method: "tools/list", token: nil, status: 401)
            client.readMetadata()
            client.finishLogin("bad")
            client.redeem("bad", status: 400)
        },
    ]

    @Test(
        "What a program without a name sends is not a named client's that has the same user agent", arguments: strays,
        [true, false])
    func nameless(stray: Stray, isFirst: Bool) throws {
        let other = good.other("node", id: "other")
        if isFirst { stray.send(other) }
        run()
        if !isFirst { stray.send(other) }
        good.call(token: "access-g", session: "session-g")
        expectGood(others: stray.rule)
        let flows = good.recorder.judgedFlows
        #expect(flows.count == (stray.title.hasPrefix("an introspection") ? 1 : 2))
    }

    @Test("A request without a key is the client's where it is the next step, or its credential was damaged")
    func nextStep() throws {
        run()
        good.call(token: "access-g", status: 401)
        good.refresh("unknown", status: 400)
        #expect(good.recorder.flows.count == 1)
        let long = String(repeating: "x", count: 43)
        good.refresh("g")
        good.finishLogin(long)
        good.redeem(long)
        good.call(method: "initialize", token: "access-\(long)")
        good.refresh(long + "%0A", status: 400)
        #expect(good.recorder.flows.map { $0.kinds.hasSuffix("refresh") } == [true, true])
        good.call(token: "access-\(long.dropLast(3))", status: 401)
        #expect(good.recorder.flows.last?.kinds == "authorization login token message refresh message")
    }

    @Test("A code or refresh token that another program sends with another client id is no fault of its owner")
    func stolen() throws {
        run {}
        let thief = good.other("thief", id: "client")
        thief.refresh("g", status: 400)
        thief.exchange(.revoke, "/revoke", body: "token=refresh-g&client_id=client", status: 400)
        expectGood()
        // With its own user agent a wrong id is its own mistake.
        good.other("node", id: "client").refresh("g", status: 400)
        #expect(good.status(1) == .broken)
    }

    @Test("A login that fails without a name does not precede that of a named client, nor follow it")
    func unrelatedLogin() throws {
        let other = good.other("node", id: "other")
        run()
        good.lackScope("more", token: "access-g")
        other.challenge()
        other.readMetadata()
        other.finishLogin("bad")
        other.redeem("bad", status: 400)
        let flows = good.recorder.flows
        #expect(flows.map(\.follows) == [nil, nil])
        #expect(flows.map { $0.client?.text } == ["Good", "node"])
        run("again")
        #expect(good.recorder.flows.map(\.follows) == [nil, nil, 1])
    }

    // MARK: - A token of two clients

    @Test(
        "Two clients that use one token are two flows, told apart by name, or by user agent", arguments: [true, false])
    func sharedToken(haveNames: Bool) throws {
        let bad = good.other(haveNames ? "node" : "other", name: haveNames ? "Bad" : nil, id: "other")
        for (number, client) in [good, bad, good, bad].enumerated() {
            let session = "s\(number)"
            client.call(method: "initialize", token: "issued", opens: session)
            client.call(method: "notifications/initialized", token: "issued", session: session, status: 202)
            client.call(token: "issued", session: session)
        }
        for _ in 0..<6 { bad.call(method: "initialize", token: "issued", status: 401) }
        bad.call(method: "initialize", token: "issued", status: 400, error: -32600)
        expectGood(others: "no-retry-storm")
        #expect(good.recorder.flows.map { $0.steps.reduce(0) { $0 + $1.count } } == [6, 13])
        #expect(good.recorder.flows.map(\.follows) == [nil, nil])
    }

    @Test("A second client with the token of a login has a flow of its own; a new version of a program has none")
    func borrowedToken() throws {
        run()
        let bad = good.other("bad", name: "Bad", id: "other")
        for _ in 0..<6 { bad.call(method: "initialize", token: "access-g", status: 401) }
        good.other("node/2", name: "Good").call(method: "initialize", token: "access-g", opens: "s")
        expectGood(others: "no-retry-storm")
        #expect(good.recorder.flows.count == 2)
    }

    @Test("A refresh token that is not on record keeps the flow of its first use")
    func unknownRefreshToken() {
        good.other("script", id: "client").refresh("one", status: 400)
        good.other("script", id: "other").refresh("two", status: 400)
        good.other("script").refresh("one", status: 400)
        #expect(good.recorder.flows.map { $0.steps.reduce(0) { $0 + $1.count } } == [2, 1])
    }
}
