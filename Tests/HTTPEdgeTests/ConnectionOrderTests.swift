import NIOCore
import Testing

@testable import HTTPEdge

@Suite("The state machine of a connection under any order of events")
struct ConnectionOrderTests {
    /// A sequence of numbers that is the same in each run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33 | state << 31
        }
    }

    private static let inputs = [
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "GET /b HTTP/1.1\r\nHost: a\r\n\r\nGET /c HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /d HT", "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", "hello",
        "POST /f HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n\(String(repeating: "x", count: 1999))", "x",
        "POST /g HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "\n",
    ]

    @Test("One request is in the handler's hands at a time, and nothing is written after the end", arguments: 0..<100)
    func anyOrder(seed: UInt64) {
        for walk in 0..<20 {
            var numbers = Numbers(state: seed &* 1000 &+ UInt64(walk))
            let connection = MachineBench()
            var (isStreaming, isWriting, hasEnded, trace) = (false, false, false, [String]())
            for _ in 0..<40 {
                let event = Int.random(in: 0..<18, using: &numbers)
                let action: String
                switch event {
                case 0..<5: action = connection.send(Self.inputs.randomElement(using: &numbers) ?? "")
                case 5..<8: action = connection.pending > 0 ? connection.answer() : "nothing"
                case 8: action = connection.pending > 0 ? connection.answer(MachineBench.stream) : "nothing"
                case 9, 10: action = connection.accept(atMost: Bool.random(using: &numbers) ? 100 : .max)
                case 11: action = connection.reject()
                case 12: action = isStreaming ? connection.streamEnded() : "nothing"
                case 13, 14: action = connection.becameWritable()
                case 15: action = Int.random(in: 0..<4, using: &numbers) == 0 ? connection.timedOut() : "nothing"
                case 16: action = Int.random(in: 0..<4, using: &numbers) == 0 ? connection.inputEnded() : "nothing"
                default: action = Int.random(in: 0..<4, using: &numbers) == 0 ? connection.stop() : "nothing"
                }
                trace.append(action)
                check(action, &isStreaming, &isWriting, &hasEnded, trace)
                if isWriting {
                    isWriting = false
                    let action = connection.written(Bool.random(using: &numbers))
                    trace.append(action)
                    check(action, &isStreaming, &isWriting, &hasEnded, trace)
                }
                let next = connection.next()
                trace.append(next)
                check(next, &isStreaming, &isWriting, &hasEnded, trace)
                #expect(connection.pending <= 1, "\(trace)")
            }
            if hasEnded { #expect(connection.budget.held == 0, "\(trace)") }
        }
    }

    private func check(
        _ actions: String, _ isStreaming: inout Bool, _ isWriting: inout Bool, _ hasEnded: inout Bool, _ trace: [String]
    ) {
        for action in actions.split(separator: "; ") {
            let word = action.prefix { $0 != " " && $0 != "," }
            switch word {
            case "judge", "respond", "100", "write", "stream", "refuse", "close":
                #expect(!hasEnded, "\(trace)")
                if word == "stream" { isStreaming = true }
                if word == "write" { (isWriting, isStreaming) = (true, false) }
                if word == "refuse" || word == "close" { (hasEnded, isStreaming) = (true, false) }
            case "abort": (hasEnded, isStreaming) = (true, false)
            default: break
            }
        }
    }
}
