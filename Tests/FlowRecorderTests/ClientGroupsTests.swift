import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Which flows are of one client")
struct ClientGroupsTests {
    private static func member(
        _ flow: Int?, _ name: String? = nil, agents: [String] = [], machine: String = "localhost", continues: Int? = nil
    ) -> ClientGroups.Member {
        ClientGroups.Member(
            flow: flow, machine: machine,
            name: name.map { ClientEvidence.Name(digest: Digest(of: $0), name: "\(public: $0)", version: nil) },
            agents: agents.map { Digest(of: "\(machine)|\($0)") }, agentName: agents.first.map { "\(public: $0)" },
            continued: continues)
    }

    private func flows(_ members: [ClientGroups.Member]) -> [[Int]] {
        ClientGroups(members).groups.map { $0.compactMap { members[$0].flow } }
    }

    @Test("The same name on the same machine is one client, with whatever user agents")
    func names() {
        let members = [
            Self.member(1, "A", agents: ["a/1"]), Self.member(2, "B", agents: ["a/1"]), Self.member(3, "A"),
            Self.member(4, "A", machine: "192.0.2.1"),
        ]
        #expect(flows(members) == [[1, 3], [2], [4]])
    }

    @Test("Flows without a name are of one client by their user agent, and never of a client with a name")
    func agents() {
        let members = [
            Self.member(1, agents: ["node"]), Self.member(2, "A", agents: ["node", "x/1"]),
            Self.member(3, agents: ["x/1"]),
            Self.member(4, agents: ["node"]), Self.member(5, "B", agents: ["node"]), Self.member(6), Self.member(7),
        ]
        #expect(flows(members) == [[1, 4], [2], [3], [5], [6], [7]])
    }

    @Test("A user agent that says the name of a client is that client's")
    func ownAgent() {
        let members = [
            Self.member(1, agents: ["a/1"]), Self.member(2, "A", agents: ["node"]), Self.member(3, agents: ["A (x)"]),
            Self.member(4, agents: ["ab/1"]), Self.member(5, agents: ["a/1"], machine: "192.0.2.1"),
        ]
        #expect(flows(members) == [[1, 2, 3], [4], [5]])
    }

    @Test("Flows without a name with two client ids are of two clients")
    func clientIDs() {
        func flow(_ number: Int, _ agent: String, _ id: String?) -> ClientGroups.Member {
            var member = Self.member(number, agents: [agent])
            member.clientID = id.map(Digest.init(of:))
            return member
        }
        let members = [
            flow(1, "node", "x"), flow(2, "node", "y"), flow(3, "node", nil), flow(4, "a/1", nil), flow(5, "a/1", "x"),
        ]
        #expect(flows(members) == [[1], [2], [3], [4, 5]])
    }

    @Test("A flow that continues another one is of the same client, and so are flows that are no longer kept")
    func continued() {
        let members = [
            Self.member(5, agents: ["a/1"]), Self.member(6, agents: ["b/1"], continues: 5),
            Self.member(nil, agents: ["b/1"]),
            Self.member(nil, agents: ["c/1"]),
        ]
        #expect(flows(members) == [[5, 6], []])
    }

    @Test("Flows in which the client gives itself different names are of different clients, whatever continues what")
    func contradiction() {
        let members = [
            Self.member(1, "A", agents: ["node"]), Self.member(2, agents: ["node"], continues: 1),
            Self.member(3, "B", agents: ["node"], continues: 2), Self.member(4, "B", agents: ["node"], continues: 1),
        ]
        #expect(flows(members) == [[1, 2], [3, 4]])
    }

    @Test("A flow and the report name a client the same, by what it says of itself in any of its flows")
    func oneName() throws {
        let client = RecordedClient(agent: "g/1", browser: "browser", name: "G")
        client.beginByName()
        client.logInAndCall("x")
        // It says its name only once.
        client.call(token: "access-x", status: 401)
        client.readMetadata()
        client.logInAndCall("y")
        #expect(client.recorder.judgedFlows.count == 2)
        let names = client.recorder.judgedFlows.map { FlowDocument($0, now: .zero).summary["client"]?.string }
        #expect(Set(names) == ["G"])
        let report = try client.recorder.report()
        let clients = report.json["clients"]?.array?.compactMap(\.object) ?? []
        #expect(clients.map { $0["name"]?.string } == ["G/1"])
        for name in ["G", "g/1", "G/1"] { _ = try client.recorder.report(ReportSelection(client: name)) }
    }
}

extension RecordedClient {
    fileprivate func beginByName() {
        challenge(method: "initialize")
        readMetadata()
    }
}
