import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("A person who denies")
struct DenialTests {
    private let one = RecordedClient(agent: "one", browser: "browser", name: "One", id: "client")

    /// The uncorrected mistakes and the silent flows.
    private var faults: [String] {
        one.recorder.judgedFlows.flatMap { flow in
            [flow.firstProblem?.step.title.text, flow.silence(at: .seconds(1_900_000_000))?.text].compactMap(\.self)
        }
    }

    private func run(_ client: RecordedClient, _ name: String) {
        client.challenge(method: "initialize")
        client.readMetadata()
        client.finishLogin(name)
        client.redeem(name)
        client.call(method: "initialize", token: "access-\(name)")
    }

    private func ask(_ client: RecordedClient, _ name: String, scope: String? = nil) {
        client.authorize(name, scope: scope)
        client.deny(name, scope: scope)
    }

    enum Sequel: CaseIterable {
        case nothing
        case furtherCalls
        case otherLogin
        case sameRefusal
        case refusalOfOtherTool
    }

    @Test(
        "A step-up that is denied is no mistake, with or without metadata before it, and whatever comes next",
        arguments: Sequel.allCases, [true, false])
    func stepUp(sequel: Sequel, readsMetadata: Bool) throws {
        run(one, "x")
        one.lackScope("user more", token: "access-x")
        if readsMetadata { one.readMetadata() }
        one.authorize("y", scope: "user more")
        if sequel == .furtherCalls { one.call("other", token: "access-x") }
        one.deny("y", scope: "user more")
        switch sequel {
        case .nothing: break
        case .furtherCalls: one.call("other", token: "access-x")
        case .otherLogin: run(one, "z")
        case .sameRefusal: one.lackScope("user more", token: "access-x")
        case .refusalOfOtherTool: one.lackScope("user more", token: "access-x", "third")
        }
        one.call("other", token: "access-x")
        #expect(one.recovered().allSatisfy { $0 == "insufficient-scope: later-denial" } && !one.recovered().isEmpty)
        #expect(faults == [])
        #expect(one.recorder.judgedFlows.allSatisfy { $0.flow.client?.text == "One" })
        #expect(one.recorder.flows[1].follows == 1)
    }

    @Test(
        "A step-up that is begun anew, after the first was abandoned or refused, is for the same lack of scope",
        arguments: [true, false], [true, false])
    func anew(isRefused: Bool, readsMetadata: Bool) {
        run(one, "x")
        one.lackScope("user more", token: "access-x")
        if isRefused { one.refuseAuthorization("y", status: 302) } else { one.authorize("y", scope: "user more") }
        if readsMetadata { one.readMetadata() }
        one.authorize("z", scope: "user more")
        one.logIn("z")
        one.redeem("z", scope: "user more")
        one.call("other", token: "access-z")
        #expect(one.recovered() == ["insufficient-scope: later-scope"])
        #expect(one.recorder.flows.last?.follows == 1)
    }

    @Test("Another scope than the denied one has to be asked for, and a narrower request is none for the scope")
    func otherScope() throws {
        run(one, "x")
        one.lackScope("user more", token: "access-x")
        one.readMetadata()
        ask(one, "y", scope: "user")
        one.call("other", token: "access-x")
        #expect(one.judged()?.firstProblem?.kind == .lackOfScope)
        one.authorize("z", scope: "user more")
        #expect(one.recorder.flows.map(\.follows) == [nil, 1, nil])
        one.redeem("x", scope: "user more")
        #expect(one.judged()?.firstProblem == nil)
        one.lackScope("user most", token: "access-x", "third")
        one.call("other", token: "access-x")
        #expect(one.judged()?.firstProblem?.kind == .lackOfScope)
    }

    @Test("Where two clients may have asked what was denied, none is accused, until it is known who did")
    func twoClients() throws {
        let two = one.other("two", name: "Two", id: "client")
        for (client, name) in [(one, "x"), (two, "v")] {
            run(client, name)
            client.lackScope("user more", token: "access-\(name)")
        }
        ask(one, "y", scope: "user more")
        for (client, name) in [(one, "x"), (two, "v")] { client.call("other", token: "access-\(name)") }
        #expect(faults == [])
        #expect(one.recorder.flows.map(\.follows) == [nil, nil, nil])
        two.authorize("w", scope: "user more")
        two.logIn("w")
        two.redeem("w", scope: "user more")
        two.call(method: "initialize", token: "access-w")
        #expect(one.recorder.flows.last?.follows == 2)
        #expect(one.recovered(2) == ["insufficient-scope: later-denial"])
    }

    @Test("A login that is denied after a token or refresh token was refused is no mistake", arguments: [true, false])
    func login(isRefreshed: Bool) throws {
        run(one, "x")
        one.call(token: "access-x", status: 401)
        if isRefreshed { one.refresh("x", status: 400) }
        ask(one, "y", scope: "user")
        #expect(one.recorder.flows.map(\.follows) == [nil, 1])
        #expect(faults == [])
        #expect(one.recovered().allSatisfy { $0.hasSuffix(": later-denial") })
    }

    @Test("A first login that is denied is no mistake, and neither is the next one", arguments: [true, false])
    func first(isChallenged: Bool) {
        if isChallenged { one.challenge(method: "initialize") }
        one.readMetadata()
        ask(one, "x")
        ask(one, "y")
        #expect(faults == [])
        run(one, "z")
        #expect(faults == [])
    }

    @Test("A step-up after the records were cleared is linked to the lack of scope", arguments: [true, false])
    func afterReset(isDenied: Bool) {
        one.finishLogin("x")
        _ = one.recorder.forget()
        one.redeem("x")
        one.call(method: "initialize", token: "access-x")
        one.lackScope("user more", token: "access-x")
        one.authorize("y", scope: "user more")
        if isDenied {
            one.deny("y", scope: "user more")
            one.call("other", token: "access-x")
        } else {
            one.logIn("y")
            one.redeem("y", scope: "user more")
        }
        #expect(one.recovered(2) == ["insufficient-scope: later-\(isDenied ? "denial" : "scope")"])
        #expect(one.recorder.flows.last?.follows == 2)
    }
}
