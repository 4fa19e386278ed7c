import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Logins that end before their client has said its name")
struct DoubtTests {
    /// A client that may send its messages with one user agent, and its other requests with another one, or with none.
    private struct Client {
        let messages: RecordedClient
        let others: RecordedClient

        func begin() {
            messages.challenge(method: "initialize")
            others.readMetadata()
        }

        func logIn(_ name: String, isRefused: Bool = false) {
            others.finishLogin(name)
            others.redeem(name, status: isRefused ? 400 : 200)
            if !isRefused {
                messages.call(method: "initialize", token: "access-\(name)", opens: "session-\(name)")
            }
        }
    }

    private let recorded = RecordedClient(browser: "browser")

    private func client(_ name: String, agent: String = "node", others: String? = "node", id: String = "client")
        -> Client
    {
        Client(
            messages: recorded.other(agent, name: name, id: id), others: recorded.other(others, name: name, id: id))
    }

    private var flows: [JudgedFlow] { recorded.recorder.judgedFlows }

    /// The clients of the flows that have a problem.
    private var accused: [String?] { flows.filter { $0.firstProblem != nil }.map { $0.flow.client?.text } }

    /// The names in the report of the clients that broke a rule.
    private func failing(_ rule: Rule) throws -> [String] {
        let clients = try recorded.recorder.report().json["clients"]?.array?.compactMap(\.object) ?? []
        let names = clients.compactMap { $0["name"]?.string }
        return try names.filter { name in
            let report = try recorded.recorder.report(ReportSelection(client: name)).json
            let rules = report["rules"]?.array?.compactMap(\.object) ?? []
            return rules.contains { $0["id"]?.string == rule.id && $0["verdict"] == "FAIL" }
        }
    }

    /// User agents of messages and of other requests that do not tell two clients apart.
    static let agents: [(one: String, two: String, others: String?)] = [
        ("node", "node", "node"), ("one/1", "two/1", nil),
    ]

    @Test("While two clients log in, a login that fails is charged to neither", arguments: agents, [true, false])
    func failed(agents: (one: String, two: String, others: String?), goesOn: Bool) throws {
        let one = client("One", agent: agents.one, others: agents.others)
        let two = client("Two", agent: agents.two, others: agents.others)
        one.begin()
        two.begin()
        one.logIn("o", isRefused: true)
        if goesOn { two.logIn("t") }
        #expect(accused == [nil])
        #expect(flows.contains { $0.flow.client?.text == "Two" } == goesOn)
        #expect(try failing(.verifier) == (goesOn ? ["Two/1", "flow 2"] : ["flow 2"]))
    }

    @Test("A request for authorization that is refused, or denied, while two clients log in names neither")
    func refused() throws {
        let (one, two) = (client("One"), client("Two"))
        one.begin()
        two.begin()
        one.others.refuseAuthorization("o", status: 302)
        #expect(accused == [nil])
        two.others.authorize("t")
        two.others.deny("t")
        #expect(accused == [nil])
        #expect(flows.allSatisfy { $0.flow.client == nil })
    }

    @Test("A login that fails has the name of its client when no other one was at work between its requests")
    func alone() throws {
        let (one, two) = (client("One", others: nil), client("Two", others: nil))
        two.begin()
        two.logIn("t")
        one.begin()
        one.logIn("o", isRefused: true)
        two.messages.call(token: "access-t", session: "session-t")
        #expect(accused == ["One"])
        #expect(try failing(.verifier) == ["Two/1", "One/1"])
    }

    @Test(
        "A login that fails has the name of its client when its user agent tells it from the others",
        arguments: [true, false])
    func ownAgent(opensPage: Bool) throws {
        let one = client("One", agent: "one/1", others: "one/1")
        let two = client("Two", agent: "two/1", others: "two/1")
        one.begin()
        two.begin()
        if opensPage {
            var page = one.others
            page.browser = "one/1"
            page.refuseAuthorization("o", status: 302)
        } else {
            one.logIn("o", isRefused: true)
        }
        #expect(accused == ["One"])
    }

    @Test(
        "A login that fails has the name of its client when the others have another client id",
        arguments: [true, false], [true, false])
    func ownClientID(isAsked: Bool, hasToken: Bool) throws {
        let (one, two) = (client("One"), client("Two", id: "other"))
        two.begin()
        two.logIn("t", isRefused: !hasToken)
        if hasToken { two.messages.call(token: "access-t", session: "session-t", status: 401) }
        one.begin()
        if isAsked, hasToken {
            one.others.refuseAuthorization("o", status: 302)
        } else {
            one.logIn("o", isRefused: true)
        }
        #expect(accused.last == "One")
    }

    @Test("A login without discovery that fails is not that of a client whose token was refused, beside another one")
    func continued() throws {
        let (one, two) = (client("One"), client("Two"))
        for (client, name) in [(one, "o"), (two, "t")] {
            client.begin()
            client.logIn(name)
        }
        two.messages.call(token: "access-t", status: 401)
        one.messages.call(token: "access-o", status: 401)
        two.logIn("again", isRefused: true)
        #expect(flows.last?.flow.client == nil && flows.last?.firstProblem != nil)
        one.logIn("new")
        #expect(flows.last?.flow.client?.text == "One")
    }

    @Test("A login in a session has the name that its client gave itself there, whoever was challenged before it")
    func session() throws {
        let (one, two) = (client("One"), client("Two"))
        one.begin()
        one.logIn("o")
        one.messages.lackScope("user more", token: "access-o")
        two.messages.challenge(method: "initialize")
        one.others.readMetadata()
        one.others.authorize("p", scope: "user more")
        one.others.logIn("p")
        one.others.redeem("p", scope: "user more")
        one.messages.call(token: "access-p", session: "session-o")
        let last = flows.first { $0.flow.attribution.hasToken && $0.number > 1 }
        #expect(last?.flow.client?.text == "One" && last?.flow.follows == 1)
        #expect(recorded.recovered(1) == ["insufficient-scope: later-scope"])
        #expect(flows.filter { $0.flow.client?.text == "Two" }.allSatisfy { $0.flow.kinds.hasPrefix("challenge") })
    }

    @Test("A step-up that is denied while another client logs in may be that of the client that lacks the scope")
    func denied() throws {
        let (one, two) = (client("One"), client("Two"))
        one.begin()
        one.logIn("o")
        one.messages.lackScope("user more", token: "access-o")
        two.begin()
        two.others.authorize("p", scope: "user more")
        two.others.deny("p", scope: "user more")
        one.messages.call("other", token: "access-o", session: "session-o")
        #expect(accused == [])
    }

    @Test("A login continues the flow in which its client gave itself the same name, rather than a later one without")
    func sameName() {
        let (one, nameless) = (client("One"), recorded.other("node"))
        one.messages.call(method: "initialize", token: "old", status: 401)
        nameless.call(token: "other", status: 401)
        one.begin()
        one.logIn("o")
        #expect(flows.map(\.flow.follows) == [nil, nil, 1])
        #expect(flows.first?.recovered.count == 1)
    }

    @Test("A login without a challenge of its own does not keep one that names another client")
    func namesOfChallenges() {
        let (one, two) = (client("One", others: nil), client("Two", others: nil))
        one.begin()
        two.messages.challenge(method: "initialize")
        for (client, name) in [(two, "t"), (one, "o")] { client.others.finishLogin(name) }
        for (client, name) in [(one, "o"), (two, "t")] { client.others.redeem(name) }
        for (client, name) in [(one, "o"), (two, "t")] {
            client.messages.call(method: "initialize", token: "access-\(name)")
        }
        #expect(Set(flows.map { $0.flow.client?.text }) == ["One", "Two"])
        #expect(flows.count == 2)
        for flow in flows.map(\.flow) { #expect(flow.prelude.evidence.name?.digest == flow.evidence.name?.digest) }
    }

    @Test("A step-up takes nothing from a login that another client's person denied")
    func deniedBefore() {
        let (one, two) = (client("One"), client("Two"))
        one.begin()
        one.logIn("o")
        two.begin()
        two.others.authorize("t")
        two.others.deny("t")
        two.logIn("again")
        one.messages.lackScope("user more", token: "access-o")
        one.others.authorize("p", scope: "user more")
        one.others.logIn("p")
        one.others.redeem("p", scope: "user more")
        one.messages.call(token: "access-p", session: "session-o")
        #expect(flows.map { $0.flow.client?.text } == ["One", "Two", "Two", "One"])
        #expect(flows.map { $0.flow.prelude.challenge == nil } == [false, false, false, true])
    }

    @Test("A login that is taken for a step-up has the challenge of its client, not that of another login")
    func supposedStepUp() {
        let (one, two, three) = (client("One", others: nil), client("Two", others: nil), client("Three", others: nil))
        two.begin()
        two.others.authorize("t")
        two.others.deny("t")
        three.begin()
        three.logIn("three")
        three.messages.lackScope("user more", token: "access-three")
        one.messages.challenge(method: "initialize")
        one.others.authorize("o", scope: "user more")
        one.others.logIn("o")
        one.others.redeem("o", scope: "user more")
        one.messages.call(method: "initialize", token: "access-o")
        let own = flows.filter { $0.flow.client?.text == "One" }
        #expect(own.map(\.flow.kinds) == ["challenge authorization login token message"])
        #expect(flows.map(\.flow.follows) == Array(repeating: nil, count: flows.count))
    }

    @Test("A client that repeats a request without a token is accused, whatever others of its user agent do meanwhile")
    func storm() throws {
        let (one, two) = (client("One"), client("Two"))
        one.begin()
        one.logIn("o")
        for _ in 0..<6 {
            two.messages.challenge(method: "initialize")
            one.messages.call(method: "initialize", token: "access-o")
        }
        #expect(try failing(.noRetryStorm) == ["Two/1"])
    }

    @Test("A refused authorization request is corrected by the login that its client begins anew")
    func anew() {
        let one = client("One")
        one.begin()
        one.logIn("o")
        one.messages.lackScope("user more", token: "access-o")
        one.others.refuseAuthorization("p", status: 302)
        one.begin()
        one.logIn("q")
        #expect(recorded.recovered(2) == ["authorization: later-authorization"])
    }

    @Test("Metadata that were read twice before one login may be for another one, whoever was challenged")
    func spareReadings() {
        let (one, two) = (client("One"), client("Two"))
        one.begin()
        one.others.discover(.metadata, "/.well-known/oauth-authorization-server")
        one.others.authorize("o")
        two.messages.challenge(method: "initialize")
        two.logIn("t")
        #expect(flows.map { $0.flow.client?.text } == ["One", "Two"])
        #expect(
            flows.map(\.flow.kinds) == [
                "challenge discovery authorization", "discovery challenge authorization login token message",
            ])
    }

    @Test("A login after a new challenge has that one, not the challenge of a login that was denied before")
    func newChallenge() {
        let (one, two) = (client("One"), client("Two"))
        one.begin()
        one.others.authorize("a")
        one.others.deny("a")
        two.begin()
        two.logIn("t")
        two.messages.lackScope("user more", token: "access-t")
        one.messages.challenge(method: "initialize")
        one.others.authorize("b", scope: "user more")
        one.others.logIn("b")
        one.others.redeem("b", scope: "user more")
        one.messages.call(method: "initialize", token: "access-b")
        let own = flows.filter { $0.flow.client?.text == "One" }.map(\.flow.kinds)
        #expect(own == ["challenge discovery authorization login", "challenge authorization login token message"])
    }

    @Test("A denied step-up has not the name of a client that is logging in meanwhile")
    func deniedStepUp() {
        let (one, two) = (client("One", agent: "one/1"), client("Two", agent: "two/1"))
        one.begin()
        one.logIn("o")
        two.begin()
        one.messages.lackScope("user more", token: "access-o")
        two.others.authorize("t")
        one.others.authorize("p", scope: "user more")
        one.others.deny("p", scope: "user more")
        two.others.logIn("t")
        two.others.redeem("t")
        two.messages.call(method: "initialize", token: "access-t")
        one.messages.call("other", token: "access-o", session: "session-o")
        #expect(flows.map { $0.flow.client?.text } == ["One", "Two", nil])
        #expect(accused == [])
    }

    @Test("Metadata that were read after a login began have no name, whoever was challenged before it")
    func laterReadings() {
        client("One").begin()
        let prelude = flows[0].flow.prelude
        let parts = prelude.parts.map { $0.keeping(\.isReading) }
        #expect(prelude.evidence.name != nil)
        #expect(parts.allSatisfy { $0.evidence.name == nil && !$0.events.isEmpty && !$0.evidence.agents.isEmpty })
    }

    @Test("What a client that logs in at the same time sends does not tell its id, while both may have asked")
    func idsOfTwo() throws {
        let (one, two) = (client("One", others: nil), client("Two", others: nil, id: "other"))
        two.begin()
        one.begin()
        two.others.finishLogin("t")
        one.others.finishLogin("o")
        one.others.redeem("o")
        two.others.redeem("t", status: 400)
        #expect(accused == [nil])
    }

    @Test("A denied login may be that of each client of a name, also of one whose first requests were moved")
    func sameNames() {
        let (first, one, two) = (client("Two", agent: "first/1", id: "other"), client("One"), client("Two"))
        first.begin()
        first.logIn("f")
        first.messages.call(token: "access-f", session: "session-f")
        two.begin()
        one.begin()
        two.others.authorize("d")
        two.others.deny("d")
        one.others.finishLogin("o")
        two.others.finishLogin("t")
        two.others.redeem("t")
        two.messages.call(method: "initialize", token: "access-t")
        #expect(flows.filter { $0.flow.problems.hasDenial }.map { $0.flow.client?.text } == [nil])
    }
}
