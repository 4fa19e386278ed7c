import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("What came before a reset")
struct ResetTests {
    private let one = RecordedClient(agent: "one", browser: "browser", name: "One", id: "client")

    @Test("What other clients did before a reset does not excuse a client that stops after it")
    func silence() {
        one.begin()
        one.logInAndCall("x")
        _ = one.recorder.forget()
        one.other("two", name: "Two").challenge(method: "initialize")
        let silence = one.judged(2)?.silence(at: .seconds(1_900_000_000))?.text ?? ""
        #expect(silence.hasSuffix("and never fetched the metadata."), "\(silence)")
    }

    /// A client during whose requests the recorder is reset.
    private var late: RecordedClient {
        var late = one
        late.meanwhile = { [recorder = one.recorder] in _ = recorder.forget() }
        return late
    }

    @Test("A request that is under way during a reset leaves no entry, flow or verdict, and is counted")
    func underWay() throws {
        let requests: [(RecordedClient) -> Void] = [
            { $0.challenge(method: "initialize") }, { $0.readMetadata() }, { $0.authorize() },
            { $0.refuseAuthorization("two", status: 400) }, { $0.logIn() }, { $0.redeem() },
            { $0.redeem(status: 400) }, { $0.call(method: "initialize", opens: "session") },
            { $0.call(session: "session") }, { $0.call(session: "session", status: 404) }, { $0.lackScope("more") },
            { $0.refresh() }, { $0.refresh(status: 400) }, { $0.call(token: "unknown", status: 401) },
            { $0.call(fault: "a fault") },
        ]
        for (index, request) in requests.enumerated() {
            for _ in 0..<5 { request(late) }
            #expect(one.recorder.flows.isEmpty && one.recorder.judgedFlows.isEmpty, "request \(index)")
            #expect(one.recorder.journal.entries.isEmpty && one.recorder.ruledFlows.isEmpty, "request \(index)")
            #expect(try one.recorder.report().count(.notSeen) == Rule.allCases.count, "request \(index)")
        }
        let counts = one.recorder.metrics.counts
        #expect(counts.endpoints.values.flatMap(\.answers.values).reduce(0, +) == 5 * requests.count + 5)
        #expect(counts.tokens == [.authorizationCode: 5, .refreshToken: 5])
    }

    @Test("Clients that got their codes during a reset are told apart after it")
    func codes() {
        let two = one.other("one", name: "Two", id: "client")
        for name in ["x", "y"] { late.finishLogin(name) }
        one.redeem("x")
        two.redeem("y")
        one.call(method: "initialize", token: "access-x")
        two.call(method: "initialize", token: "access-y")
        #expect(one.recorder.flows.map { $0.client?.text } == ["One", "Two"])
        #expect(one.recorder.flows.allSatisfy { $0.attribution.isSuccessor })
    }

    @Test("The tokens and the session that a client got during a reset are known to be of one flow")
    func tokens() {
        late.redeem("x")
        late.call(method: "initialize", token: "access-x", opens: "session-x")
        one.refresh("x")
        one.other("one", name: "Two").challenge(method: "initialize")
        one.call(token: nil, session: "session-x")
        one.call(token: "access-x", session: "session-x")
        #expect(one.recorder.flows.map(\.kinds) == ["refresh message", "challenge"])
    }

    @Test("A client that refreshes an older token has neither the challenge nor the name of one that logs in meanwhile")
    func refresh() {
        let two = one.other("one", name: "Two", id: "client")
        one.begin()
        one.logInAndCall("x")
        _ = one.recorder.forget()
        one.call(token: "access-x", status: 401)
        two.challenge(method: "initialize")
        one.readMetadata()
        one.refresh("x")
        one.lackScope("more", token: "access-x")
        #expect(one.recorder.flows.map { $0.client?.text } == ["one", "Two"])
        #expect(one.recorder.flows.map(\.kinds) == ["message refresh message", "challenge discovery"])
    }

    @Test(
        "A client that goes on with an older token is not one whose token was refused after the reset",
        arguments: [true, false])
    func otherToken(isRefusedFirst: Bool) {
        let bad = one.other("one", name: "Bad", id: "client")
        one.begin()
        one.logInAndCall("x")
        _ = one.recorder.forget()
        if isRefusedFirst { bad.call(method: "initialize", token: "garbage", status: 401) }
        one.lackScope("more", token: "access-x")
        if !isRefusedFirst { bad.call(method: "initialize", token: "garbage", status: 401) }
        one.authorize("y", scope: "user more")
        one.logIn("y")
        one.redeem("y", scope: "user more")
        let flows = one.recorder.flows
        #expect(flows.map { $0.client?.text } == (isRefusedFirst ? ["Bad", "one", "one"] : ["one", "Bad", "one"]))
        #expect(flows.map(\.follows) == [nil, nil, isRefusedFirst ? 3 : 2])
    }

    @Test("A login page that was opened before a reset belongs to no client that began after it")
    func loginPage() {
        let two = one.other("one", name: "Two", id: "client")
        one.begin()
        one.authorize("x")
        _ = one.recorder.forget()
        two.challenge(method: "initialize")
        two.readMetadata()
        one.logIn("x")
        #expect(one.recorder.flows.map { $0.client?.text } == ["Two", nil])
    }
}
