import HTTPEdge
import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Which flow a request belongs to")
struct AttributionTests {
    private let one = RecordedClient(agent: "one", browser: "browser")
    private var other: RecordedClient { one.other("other") }

    private func flow(_ number: Int) -> Flow? { one.recorder.flows.first { $0.number == number } }
    private var flows: [Flow] { one.recorder.flows }

    // MARK: - Two logins at once

    @Test(
        "Two logins at once keep their challenge and metadata, whichever browser comes first",
        arguments: [true, false], [true, false])
    func swapped(isOtherFirst: Bool, isOtherRedeemedFirst: Bool) throws {
        one.begin()
        other.begin()
        let order = isOtherFirst ? [other, one] : [one, other]
        for client in order { client.finishLogin(client.agent ?? "") }
        for client in isOtherRedeemedFirst ? [other, one] : [one, other] {
            client.redeem(client.agent ?? "")
            client.call(token: "access-\(client.agent ?? "")")
        }
        #expect(
            flows.map(\.kinds) == Array(repeating: "challenge discovery authorization login token message", count: 2))
        for flow in flows {
            #expect(flow.prelude.evidence.agentName?.text == flow.client?.text)
            #expect(flow.steps.allSatisfy { one.recorder.journal[$0.first.entry]?.flow == flow.number })
        }
    }

    @Test("A request with its token in the URL belongs to the flow of the token")
    func tokenInURL() {
        one.logInAndCall("one")
        other.logInAndCall("other")
        let number = one.exchange(.mcp, "/mcp", query: "access_token=access-one", body: "{}", status: 401)
        #expect(one.recorder.journal[number]?.flow == flows.first { $0.client?.text == "one" }?.number)
        #expect(flows.count == 2)
    }

    @Test("A login without discovery does not keep the discovery of another client")
    func withoutDiscovery() throws {
        one.begin()
        other.logInAndCall("other")
        #expect(flows.map(\.kinds) == ["authorization login token message", "challenge discovery"])
        try #require(flows.count == 2)
        #expect(flows[0].prelude.isEmpty && flows[0].client?.text == "other")
        #expect(flows[1].wait?.for == .afterMetadata && flows[1].client?.text == "one")
        one.logInAndCall("one")
        #expect(flows.map(\.kinds).last == "challenge discovery authorization login token message")
    }

    @Test("Clients with the same user agent are told apart by the name that they give themselves")
    func names() throws {
        let clients = ["first", "second"].map { one.other("node", name: $0) }
        for client in clients { client.challenge(method: "initialize") }
        for client in clients { client.readMetadata() }
        for client in clients.reversed() { client.finishLogin(client.name ?? "") }
        for client in clients {
            client.redeem(client.name ?? "")
            client.call(method: "initialize", token: "access-\(client.name ?? "")")
        }
        #expect(
            flows.map(\.kinds) == Array(repeating: "challenge discovery authorization login token message", count: 2))
        for flow in flows { #expect(flow.prelude.evidence.name?.name == flow.evidence.name?.name) }
        #expect(Set(flows.compactMap { $0.client?.text }) == ["first", "second"])
    }

    @Test("Metadata that may have been read for either of two clients with one user agent accuse neither")
    func sharedMetadata() {
        let (first, second) = (one.other("node", name: "first"), one.other("node", name: "second"))
        second.challenge(method: "initialize")
        second.discover(.resourceMetadata, "/.well-known/oauth-protected-resource/mcp")
        first.challenge(method: "initialize")
        second.discover(.metadata, "/.well-known/oauth-authorization-server")
        second.finishLogin("second")
        second.redeem("second")
        second.call(method: "initialize", token: "access-second")
        let rules = one.recorder.judgedFlows.flatMap { $0.brokenRules.map(\.rule.id) }
        #expect(Set(rules).isDisjoint(with: ["server-metadata", "resource-metadata"]))
    }

    @Test("Two runs of one client at once are two flows, each with a challenge and metadata")
    func sameClient() throws {
        for _ in 0..<2 { one.challenge() }
        for _ in 0..<2 { one.readMetadata() }
        for run in ["a", "b"] { one.finishLogin(run) }
        for run in ["a", "b"] {
            one.redeem(run)
            one.call(token: "access-\(run)")
        }
        #expect(
            flows.map(\.kinds) == Array(repeating: "challenge discovery authorization login token message", count: 2))
    }

    @Test("A client with one user agent for messages and another for the rest is one flow")
    func twoAgents() throws {
        one.challenge()
        other.readMetadata()
        one.finishLogin("x")
        other.redeem("x")
        one.call(token: "access-x")
        #expect(flows.map(\.kinds) == ["challenge discovery authorization login token message"])
    }

    @Test("A client that reads metadata without a user agent, beside one that reads them with its own")
    func unnamedReadings() throws {
        let unnamed = one.other(nil)
        one.challenge()
        other.challenge()
        unnamed.readMetadata()
        other.readMetadata()
        #expect(flows.map(\.kinds) == ["challenge discovery", "challenge discovery"])
        #expect(flows.map { $0.prelude.isRead(named: true) } == [false, true])
        #expect(flows.map { $0.prelude.isRead(named: false) } == [true, false])
    }

    // MARK: - What a flow continues

    @Test("An unrelated login does not take over what another client owes")
    func unrelated() throws {
        one.logInAndCall("one")
        one.call(token: "access-one", status: 403, challenge: #"Bearer error="insufficient_scope", scope="more""#)
        other.begin()
        other.logInAndCall("other")
        #expect(flow(2)?.follows == nil)
        #expect(flow(1)?.wait?.for == .afterLackOfScope)
        one.logInAndCall("again")
        #expect(flow(3)?.follows == 1)
        #expect(flow(1)?.wait == nil)
    }

    @Test("Two tokens of one client that are not on record are two flows, and stay so when these are forgotten")
    func unknownTokens() throws {
        for token in ["t", "u", "t", "u"] { one.call(token: token) }
        #expect(flows.map { $0.steps.reduce(0) { $0 + $1.count } } == [2, 2])
        one.logInAndCall("x")
        one.logInAndCall("y")
        _ = one.recorder.forget()
        for token in ["access-x", "access-y", "access-x"] { one.call(token: token) }
        #expect(flows.map { $0.steps.reduce(0) { $0 + $1.count } } == [2, 1])
    }

    @Test("A login without discovery leaves that of an earlier login of the same client where it is")
    func stepUp() throws {
        one.begin()
        one.finishLogin("x")
        one.redeem("x")
        let again = one.other("one")
        again.logInAndCall("y")
        #expect(
            flows.map(\.kinds) == [
                "challenge discovery authorization login token", "authorization login token message",
            ])
    }

    // MARK: - Logins that are begun anew

    private func agents() -> [String?] { flows.map { $0.client?.text } }

    /// The person refuses.
    private func refuse(_ client: RecordedClient, _ name: String) {
        client.authorize(name)
        client.exchange(
            .login, "/login", query: "code_challenge=\(name)&state=\(name)", status: 303,
            answer: [("Location", "http://localhost/callback?error=access_denied&state=\(name)")])
    }

    @Test("A login that the person refused and one that is begun anew both name their client, and what it read")
    func refused() throws {
        one.begin()
        refuse(one, "x")
        #expect(agents() == ["one"])
        one.authorize("y")
        #expect(agents() == ["one", "one"])
        one.logIn("y")
        one.redeem("y")
        one.call(token: "access-y")
        #expect(agents() == ["one", "one"])
        for flow in flows { #expect(flow.prelude.challenge != nil && flow.prelude.serverMetadata != nil) }
        #expect(flows.map(\.kinds) == ["challenge discovery authorization login", "authorization login token message"])
        #expect(one.recorder.journal[1]?.flow == 1)
    }

    @Test("A login that is begun anew with the metadata alone leaves the challenge where it is")
    func anewWithMetadata() throws {
        let named = one.other("node", name: "n")
        named.challenge(method: "initialize")
        named.readMetadata()
        named.finishLogin("x")
        named.readMetadata()
        named.finishLogin("y")
        named.redeem("y")
        named.call(method: "initialize", token: "access-y")
        #expect(
            flows.map(\.kinds)
                == ["challenge discovery authorization login", "discovery authorization login token message"])
        #expect(flow(1)?.prelude.serverMetadata != nil)
        #expect(one.recorder.judgedFlows.map { $0.flow.client?.text } == ["n", "n"])
    }

    @Test("Two tabs name their client, whichever is finished", arguments: ["x", "y"])
    func tabs(finished: String) throws {
        one.begin()
        one.authorize("x")
        one.authorize("y")
        one.logIn(finished)
        one.redeem(finished)
        one.call(token: "access-\(finished)")
        #expect(agents() == ["one", "one"])
        #expect(flows.allSatisfy { $0.prelude.challenge != nil })
        #expect(one.brokenRules.isDisjoint(with: ["scope-challenge", "resource-metadata", "server-metadata"]))
    }

    @Test(
        "Refused again and again, each login names its client; a person who denies makes no loop",
        arguments: [true, false])
    func refusedOften(isDenied: Bool) throws {
        one.begin()
        for number in 0..<6 {
            isDenied ? refuse(one, "\(number)") : one.refuseAuthorization("\(number)", status: 302)
        }
        #expect(agents() == Array(repeating: "one", count: 6))
        #expect(flows.allSatisfy { $0.prelude.challenge != nil })
        #expect(one.judged(4)?.brokenRules.map(\.rule.id).contains("no-retry-storm") == false)
        #expect(one.judged(5)?.brokenRules.map(\.rule.id).contains("no-retry-storm") == !isDenied)
    }

    @Test("Logins that were refused in several runs, each with its own discovery, are no loop")
    func refusedInRuns() throws {
        for number in 0..<6 {
            one.begin()
            refuse(one, "\(number)")
        }
        #expect(agents() == Array(repeating: "one", count: 6))
        #expect(!one.brokenRules.contains("no-retry-storm"))
    }

    @Test("What a client read stays its own when a login without discovery turns out to be another client's")
    func foreignTab() throws {
        one.begin()
        other.authorize("other")
        one.authorize("one")
        one.logIn("one")
        one.redeem("one")
        one.call(token: "access-one")
        other.logIn("other")
        other.redeem("other")
        other.call(token: "access-other")
        #expect(agents() == ["other", "one"])
        #expect(flows.map { $0.prelude.isEmpty } == [true, false])
        #expect(flow(2)?.kinds == "challenge discovery authorization login token message")
        for flow in flows {
            #expect(flow.steps.allSatisfy { one.recorder.journal[$0.first.entry]?.flow == flow.number })
        }
    }

    // MARK: - Browsers

    @Test("A login tab that is opened again stays in its flow and changes nothing")
    func tabAgain() throws {
        one.begin()
        one.finishLogin("x")
        one.authorize("x")
        #expect(flow(1)?.wait?.for == .withCode)
        one.redeem("x")
        one.authorize("x")
        #expect(flow(1)?.wait?.for == .withToken)
        one.call(token: "access-x")
        one.finishLogin("x")
        #expect(flows.count == 1 && flow(1)?.wait == nil)
    }

    @Test("Metadata that are read again before a redemption or a refresh belong to its flow")
    func metadataAgain() throws {
        one.begin()
        one.finishLogin("x")
        one.readMetadata()
        #expect(flow(1)?.wait?.for == .withCode)
        one.redeem("x")
        one.call(token: "access-x")
        one.readMetadata()
        one.refresh("x")
        one.call(token: "access-x")
        #expect(
            flows.map(\.kinds)
                == ["challenge discovery authorization login discovery token message discovery refresh message"])
        #expect(flow(1)?.wait == nil)
    }

    @Test("Metadata that are read before another authorization belong to that one")
    func metadataOfNext() throws {
        one.logInAndCall("x")
        one.readMetadata()
        one.logInAndCall("y")
        #expect(
            flows.map(\.kinds)
                == ["authorization login token message", "discovery authorization login token message"])
    }

    @Test("A preflight belongs to the flow of the request that it precedes, and an icon to none")
    func preflights() throws {
        let page = one.other("browser")
        func send(_ method: HTTPMethod, token: String? = nil, origin: String = "http://page.example") {
            page.exchange(
                .mcp, "/mcp", method: method,
                fields: [("Origin", origin)] + (method == .options ? [("Access-Control-Request-Method", "POST")] : [])
                    + (token.map { [("Authorization", "Bearer \($0)")] } ?? []),
                body: #"{"method": "ping"}"#, status: method == .options ? 204 : 200, document: "{}")
        }
        for token in ["t", "u"] { send(.post, token: token) }
        send(.options)
        #expect(flow(2)?.kinds == "message preflight")
        send(.post, token: "t")
        #expect(flows.map(\.kinds) == ["message preflight message", "message"])
        send(.options, origin: "http://another.example")
        #expect(flow(3)?.kinds == "preflight")
        page.exchange(.other, "/favicon.ico", method: .get, status: 404)
        page.exchange(.other, "/icon.png", method: .get, fields: [("Sec-Fetch-Mode", "no-cors")], status: 404)
        #expect(flows.count == 3)
    }

    // MARK: - Messages

    @Test("A batch is read message by message, in order", arguments: [true, false])
    func batch(isInitializedFirst: Bool) throws {
        one.logInAndCall("x")
        one.call(method: "initialize", token: "access-x", opens: "s")
        let initialized = #"{"method": "notifications/initialized"}"#
        let call = #"{"id": 2, "method": "tools/call", "params": {"name": "echo"}}"#
        let messages = isInitializedFirst ? [initialized, call] : [call, initialized]
        one.exchange(
            .mcp, "/mcp", fields: [("Authorization", "Bearer access-x"), ("Mcp-Session-Id", "s")],
            body: "[\(messages.joined(separator: ", "))]", status: 200, document: "[{}]")
        let names =
            isInitializedFirst
            ? "notifications/initialized, tools/call echo" : "tools/call echo, notifications/initialized"
        #expect(flow(1)?.steps.last?.title.text == "POST /mcp batch of 2: \(names)")
        let rules = one.judged(1)?.brokenRules.map(\.rule.id) ?? []
        #expect(rules.contains("initialized") == !isInitializedFirst)
        one.call(token: "access-x", session: "s")
        #expect(one.judged(1)?.brokenRules.count { $0.rule.id == "initialized" } == (isInitializedFirst ? 0 : 1))
    }

    @Test("A client has sent notifications/initialized, also when a fault refused it")
    func initializedIntoFault() {
        one.logInAndCall("x")
        one.call(method: "initialize", token: "access-x", opens: "s")
        one.exchange(
            .mcp, "/mcp", fields: [("Authorization", "Bearer access-x"), ("Mcp-Session-Id", "s")],
            body: #"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#, status: 503,
            fault: "fault 1: status 503")
        one.call(token: "access-x", session: "s")
        #expect(one.judged(1)?.brokenRules.contains { $0.rule.id == "initialized" } == false)
    }

    @Test("A probe with an unknown revision, session or token begins no flow")
    func probes() throws {
        one.logInAndCall("x")
        one.call(method: "server/discover", token: "access-x", status: 400, error: -32022)
        one.call(token: "access-x", session: "unknown", status: 404)
        one.call(token: "unknown", status: 401)
        one.call(token: "unknown", session: "unknown", status: 401)
        #expect(flows.count == 1)
    }
}

extension RecordedClient {
    /// The ids of the rules that were broken in any flow.
    var brokenRules: Set<String> { Set(recorder.judgedFlows.flatMap { $0.brokenRules.map(\.rule.id) }) }

    func challenge(method: String = "tools/call") { call(method: method, token: nil, status: 401) }

    func readMetadata() {
        discover(.resourceMetadata, "/.well-known/oauth-protected-resource/mcp")
        discover(.metadata, "/.well-known/oauth-authorization-server")
    }

    /// What comes before an authorization.
    func begin() {
        challenge()
        readMetadata()
    }

    /// What the browser does.
    func finishLogin(_ name: String) {
        authorize(name)
        logIn(name)
    }

    func logInAndCall(_ name: String) {
        finishLogin(name)
        redeem(name)
        call(token: "access-\(name)")
    }
}
