import HTTPEdge
import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("Metadata that another flow may have been meant for")
struct MetadataReadingsTests {
    /// Flows of one user agent under different names, each with a challenge and an authorization, and some readings.
    private func flows(_ count: Int, readings: Int) -> [Flow] {
        let client = RecordedClient(agent: "node", browser: "browser", name: "a")
        for number in 0..<count {
            let other = client.other("node", name: "n\(number)")
            other.challenge(method: "initialize")
            for _ in 0..<readings { other.discover(.metadata, "/.well-known/\(number)") }
            other.finishLogin("\(number)")
        }
        return client.recorder.flows
    }

    @Test("A question costs as much as its answer, however many flows there are")
    func looks() {
        var looks: [Int] = []
        for count in [50, 100, 200] {
            let flows = flows(count, readings: 2)
            let readings = MetadataReadings(flows)
            for flow in flows {
                let challenge = flow.prelude.challenge?.entry ?? 0
                _ = readings.mayInclude(.resourceMetadata, of: flow, since: challenge, before: challenge + 4)
                _ = readings.mayInclude(.serverMetadata, of: flow, since: challenge, before: challenge + 4)
            }
            looks.append(readings.looks)
        }
        #expect(looks[1] < looks[0] * 5 / 2 && looks[2] < looks[1] * 5 / 2)
    }

    @Test("Another flow's request counts between challenge and authorization, and of the same user agent alone")
    func between() {
        let client = RecordedClient(agent: "node", browser: "browser")
        let other = client.other("other")
        other.challenge()
        other.discover(.metadata, "/.well-known/oauth-authorization-server")
        client.challenge()
        let flows = client.recorder.flows
        let readings = MetadataReadings(flows)
        #expect(flows.count == 2)
        #expect(readings.mayInclude(.serverMetadata, of: flows[0], since: 0, before: 9) == false)
        #expect(readings.mayInclude(.serverMetadata, of: flows[1], since: 0, before: 9) == false)
        let third = client.other("other", name: "third")
        third.challenge(method: "initialize")
        let all = client.recorder.flows
        let readingsOfAll = MetadataReadings(all)
        guard all.count == 3 else { return }
        #expect(readingsOfAll.mayInclude(.serverMetadata, of: all[2], since: 0, before: 9))
        #expect(!readingsOfAll.mayInclude(.serverMetadata, of: all[2], since: 2, before: 9))
        #expect(!readingsOfAll.mayInclude(.serverMetadata, of: all[2], since: 0, before: 2))
    }
}
