import HTTPEdge
import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("The records of debugging are bounded in bytes")
struct BoundedFlowTests {
    private let recorder = Recorder(
        secrets: SecretScanner([]), clientIDs: ["client"], resources: KnownResources(own: [], others: []),
        now: { .seconds(1_800_000_000) }, nil)

    private var journal: Journal { recorder.journal }

    /// Records a long refused request, with an explanation of maximum length.
    private func see(_ number: Int, agent: String, path: String) {
        let long = String(repeating: "long text, ", count: 40)
        let request = HTTPRequest(
            method: .get, path: path, query: nil, host: nil, fields: HTTPFields([("User-Agent", agent)]), body: [],
            peer: "127.0.0.1")
        let explanation = Explanation(
            expected: "\(public: long)", received: "\(public: long)", hint: "\(public: long)")
        recorder.record(
            Exchange(
                number, request, HTTPResponse(.notFound), endpoint: .other, explanation: explanation,
                time: .seconds(1_800_000_000 + number), duration: .zero))
        recorder.catchUp()
    }

    /// The size of the flows, counted independently.
    private var counted: Int { recorder.flows.reduce(0) { $0 + $1.counted } }

    @Test("Two hundred agents with twenty long refused requests each stay within the flows' memory")
    func manyAgents() {
        let path = "/" + String(repeating: "p q ", count: 100)
        for number in 1...4000 {
            see(number, agent: "agent \(number % 200)", path: path)
            if number % 1000 == 0 { #expect(recorder.flowsSize <= FlowTable.byteLimit) }
        }
        #expect(recorder.flowsSize <= FlowTable.byteLimit)
        #expect(recorder.flowsSize == counted)
        #expect(recorder.flowsSize > FlowTable.byteLimit / 2)
        #expect(recorder.flows.contains { $0.steps.last?.first.entry == 4000 })
    }

    @Test("Beyond the memory limit the flow that was quiet for longest is dropped, and the new one keeps its steps")
    func newAgent() {
        let path = "/" + String(repeating: "p q ", count: 100)
        for number in 1...4000 { see(number, agent: "agent \((number - 1) / 20)", path: path) }
        let kept = recorder.flows.map(\.number)
        #expect(recorder.flows.allSatisfy { $0.steps.count == 20 && $0.omitted == 0 })
        #expect(kept == Array(201 - kept.count...200))
        #expect(kept.count < FlowTable.capacity && recorder.flowsSize > FlowTable.byteLimit * 9 / 10)
    }

    @Test("Rules remember nothing of flows that are dropped, be it for their number or for their memory")
    func droppedFlows() {
        let client = RecordedClient(recorder: recorder)
        for login in 0..<300 {
            client.authorize("\(login)")
            client.logIn("\(login)")
            client.redeem("\(login)")
            for call in 0..<60 { client.call("tool \(call)", token: "access-\(login)", status: 500) }
            // The next login takes this over from the flow of this one.
            client.discover(.metadata)
        }
        #expect(recorder.flowsSize > FlowTable.byteLimit * 9 / 10)
        #expect(recorder.ruledFlows.isSubset(of: recorder.flows.map(\.number)))
    }

    @Test("A flow that has just begun is not taken for the one that was quiet for longest")
    func justBegun() {
        var table = FlowTable([])
        for entry in 1...FlowTable.capacity {
            let moment = CredentialHistory.EntryReference(entry: entry, time: .zero)
            let step = FlowStep(
                kind: .other, title: "GET /", outcome: "200 OK", verdict: .fine, status: 200, explanation: nil,
                first: moment, last: moment)
            table.change(table.begin(on: "localhost")) { $0.append(step) }
        }
        let first = table.begin(on: "localhost")
        let second = table.begin(on: "localhost")
        #expect(table.has(first) && table.has(second))
        #expect(table.flows.count == FlowTable.capacity)
        #expect(table.takeDropped().map(\.number) == [1, 2])
    }

    @Test("A single flow drops steps of its middle, and keeps the first problem and the latest step")
    func oneAgent() {
        for number in 1...2000 { see(number, agent: "agent", path: "/\(number)") }
        #expect(recorder.flowsSize == counted && recorder.flowsSize <= FlowTable.byteLimit)
        let flow = recorder.flows[0]
        #expect(flow.steps.count == Flow.maximumSteps && flow.omitted == 2000 - Flow.maximumSteps)
        #expect(flow.steps[50].first.entry == 51 && flow.steps[150].first.entry == 1951)
        #expect(flow.problems.all.first?.step.first.entry == 1 && flow.steps.last?.first.entry == 2000)
    }

    @Test("Clearing records and stream errors keep the count right")
    func remarks() {
        for number in 1...50 { see(number, agent: "agent \(number % 3)", path: "/x") }
        for number in 1...50 {
            let error = StreamError(
                entry: number, time: .seconds(1_800_000_100), explanation: Explanation(hint: "a hint of some length"),
                isOfTool: number % 2 == 0)
            recorder.record(error)
        }
        #expect(recorder.flowsSize == counted)
        #expect(journal.size == journal.entries.reduce(0) { $0 + $1.size })
        #expect(recorder.forget() == 50)
        #expect(recorder.flowsSize == 0)
        #expect(journal.size == 0)
    }

    @Test("A long path is cut before it is kept, without cutting a secret into an unrecognizable piece")
    func longPath() {
        see(1, agent: "a", path: "/" + String(repeating: "a.", count: 30_000))
        let token = "aB3" + String(repeating: "x", count: 60)
        see(2, agent: "a", path: "/" + String(repeating: "b/", count: 2045) + token + "/" + token)
        #expect(journal.entries.allSatisfy { $0.path.text.utf8.count < 4200 })
        #expect(journal.entries[1].path.text.contains("sha256") && !journal.entries[1].path.text.contains("aB3x"))
    }
}

extension Flow {
    /// The approximate memory, counted independently.
    var counted: Int {
        let besides = prelude.size + readings.size + evidence.size + attribution.size + problems.size
        return steps.reduce(MemoryLayout<Flow>.size + besides) { $0 + $1.size }
    }
}
