import Primitives
import Testing

@testable import FlowRecorder

@Suite("A flow with its verdict")
struct JudgedFlowTests {
    private static let later = Instant.seconds(1_800_000_100)

    private static let moment = CredentialHistory.EntryReference(entry: 1, time: .seconds(1_800_000_000))

    private func flow(_ number: Int = 1, follows: Int? = nil) -> Flow {
        var flow = Flow(number: number, machine: "localhost", follows: follows)
        flow.append(
            FlowStep(
                kind: .message, title: "POST /mcp tools/call echo", outcome: "200 OK", verdict: .fine, status: 200,
                explanation: nil, first: Self.moment, last: Self.moment))
        return flow
    }

    private func status(_ flow: Flow, _ rules: [Rule] = []) -> JudgedFlow.Status {
        let broken = rules.map { BrokenRule(rule: $0, entry: 1, problem: "It is broken.") }
        return JudgedFlow(flow, following: [], brokenRules: broken, activity: Activity()).status(at: Self.later)
    }

    @Test("A broken rule breaks the flow, an advice that was ignored does not")
    func advice() {
        let advice = Rule(id: "advice", title: "heeds", reference: "RFC 1", isAdvice: true)
        #expect(status(flow()) == .fine)
        #expect(status(flow(), [.accept]) == .broken)
        #expect(status(flow(), [advice]) == .fine)
        #expect(status(flow(), [advice, .accept]) == .broken)
    }

    @Test("A client that stopped is open at first and silent after five seconds")
    func silence() {
        var flow = flow()
        flow.wait = (.withCode, Self.moment)
        let judged = JudgedFlow(flow, following: [], brokenRules: [], activity: Activity())
        #expect(judged.status(at: Self.moment.time + .milliseconds(4999)) == .open)
        #expect(judged.silence(at: Self.moment.time + .milliseconds(4999)) == nil)
        #expect(judged.status(at: Self.moment.time + .seconds(5)) == .silent)
        #expect(judged.silence(at: Self.later)?.text == "The client was sent a code 100 s ago and never redeemed it.")
    }

    @Test("A rule that was broken in a request among several stands on the step of these")
    func steps() throws {
        let client = RecordedClient()
        client.authorize()
        client.logIn()
        client.redeem()
        for _ in 0..<3 { client.call() }
        client.call("get_time")
        let flow = try #require(client.judged()?.flow)
        let broken = [5, 7, 99].map { BrokenRule(rule: .accept, entry: $0, problem: "It is broken.") }
        let judged = JudgedFlow(flow, following: [], brokenRules: broken.reversed(), activity: Activity())
        #expect(judged.brokenRules.map(\.entry) == [5, 7, 99])
        #expect(judged.brokenRulesByStep[3]?.map(\.entry) == [5])
        #expect(judged.brokenRulesByStep[4]?.map(\.entry) == [7])
    }

    @Test("That a client never did something is said only where nobody was seen to do it")
    func claims() {
        let client = RecordedClient()
        func silence(_ flow: Int) -> String? { client.judged(flow)?.silence(at: .seconds(1_800_001_000))?.text }
        client.call(token: nil, status: 401)
        #expect(silence(1) == "The client got a 401 challenge 999 s ago and never fetched the metadata.")
        client.discover(.metadata)
        client.authorize("one")
        client.logIn("one")
        client.redeem("one")
        client.call(token: "access-one")
        #expect(silence(1) == nil)
        client.call(token: nil, status: 401)
        #expect(
            silence(2) == "The client got a 401 challenge 993 s ago, and nothing more of this flow has been seen.")
        client.call(token: "access-one", status: 401)
        #expect(silence(1) == "The client's token was refused 992 s ago, and it never asked for another.")
        client.authorize("two")
        #expect(silence(1) == "The client's token was refused 992 s ago, and nothing more of this flow has been seen.")
    }

    @Test("A failure on purpose makes no flow broken: the client is open, then silent, and the cause is named")
    func failureOnPurpose() throws {
        let client = RecordedClient()
        client.authorize()
        client.logIn()
        client.redeem(status: 500, error: "", fault: "fault 1: html-500")
        let judged = try #require(withoutRules(client))
        #expect(judged.firstProblem?.step.cause == "fault 1: html-500")
        #expect(judged.status(at: .seconds(1_800_000_007)) == .open)
        #expect(judged.status(at: .seconds(1_800_000_008)) == .silent)
        #expect(
            judged.silence(at: .seconds(1_800_000_008))?.text
                == "The server failed 5 s ago (on purpose: fault 1: html-500), and the client has not gone on.")
        client.redeem(status: 400, error: "invalid_request")
        #expect(withoutRules(client)?.status(at: Self.later) == .broken)
        #expect(withoutRules(client)?.firstProblem?.step.first.entry == 4)
    }

    @Test("A scope that a client does not ask for breaks its flow once the client goes on, and not before")
    func leftScope() {
        let client = RecordedClient()
        client.authorize()
        client.logIn()
        client.redeem()
        client.lackScope("more")
        #expect(withoutRules(client)?.status(at: Self.later) == .silent)
        client.call("get_time")
        #expect(withoutRules(client)?.status(at: Self.later) == .broken)
        #expect(withoutRules(client)?.firstProblem?.step.first.entry == 4)
    }

    /// The client's flow as if it had broken no rule.
    private func withoutRules(_ client: RecordedClient) -> JudgedFlow? {
        (client.judged()?.flow).map { JudgedFlow($0, following: [], brokenRules: [], activity: Activity()) }
    }

    @Test("Metadata that are read again after the login are no step after which an authorization is expected")
    func metadataAgain() {
        var flow = flow()
        flow.isDiscovery = false
        flow.expect(.wait(.afterMetadata), Self.moment)
        #expect(flow.wait == nil && status(flow) == .fine)
        flow.isDiscovery = true
        flow.expect(.wait(.afterMetadata), Self.moment)
        #expect(status(flow) == .silent)
    }
}
