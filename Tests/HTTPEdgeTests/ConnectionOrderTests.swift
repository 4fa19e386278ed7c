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

    private static let get = "GET /# HTTP/1.1\r\nHost: a\r\n\r\n"

    /// Input with a whole request, two, or a part of one; `#` stands for the next number.
    private static let inputs = [
        get, get + get, "GET /# HT",
        "POST /# HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", "hello", "x", "\n",
        "POST /# HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n\(String(repeating: "x", count: 1999))",
        "POST /# HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ]

    /// One of the inputs, with numbers in order.
    private static func input(_ numbers: inout Numbers, _ last: inout Int) -> String {
        (inputs.randomElement(using: &numbers) ?? "").map { character in
            guard character == "#" else { return String(character) }
            last += 1
            return String(last)
        }.joined()
    }

    @Test("Requests are answered once and in order, and nothing is written after the end", arguments: 0..<100)
    func anyOrder(seed: UInt64) {
        for walk in 0..<20 {
            var numbers = Numbers(state: seed &* 1000 &+ UInt64(walk))
            let connection = MachineBench()
            var (watch, last) = (Watch(), 0)
            for _ in 0..<40 {
                let isRare = Int.random(in: 0..<4, using: &numbers) == 0
                let action: String
                switch Int.random(in: 0..<19, using: &numbers) {
                case 0..<5: action = connection.send(Self.input(&numbers, &last))
                case 5..<8: action = connection.pending > 0 ? connection.answer() : "nothing"
                case 8: action = connection.pending > 0 ? connection.answer(MachineBench.stream) : "nothing"
                case 9, 10: action = connection.accept(atMost: Bool.random(using: &numbers) ? 100 : .max)
                case 11: action = connection.reject()
                case 12: action = watch.isStreaming ? connection.streamEnded() : "nothing"
                case 13, 14: action = connection.becameWritable()
                case 15: action = isRare ? connection.timedOut() : "nothing"
                case 16: action = isRare ? connection.inputEnded() : "nothing"
                case 17:
                    action = "nothing"
                    #expect((connection.event("x") != nil) == watch.isStreaming, "\(watch.trace)")
                default: action = isRare ? connection.stop() : "nothing"
                }
                watch.check(action)
                if watch.isWriting {
                    watch.isWriting = false
                    // The write may have failed, and ended the connection, before the machine is told that it is over.
                    if Int.random(in: 0..<8, using: &numbers) == 0 { watch.check(connection.abort()) }
                    watch.check(connection.written(Bool.random(using: &numbers)))
                }
                watch.check(connection.next())
                #expect(connection.pending <= 1, "\(watch.trace)")
            }
            if watch.hasEnded { #expect(connection.budget.held == 0, "\(watch.trace)") }
        }
    }

    /// What the actions so far have led to.
    private struct Watch {
        var isStreaming = false
        var isWriting = false
        private(set) var hasEnded = false
        private(set) var trace: [String] = []
        /// The number of the last request that the handler got.
        private var last = 0

        mutating func check(_ actions: String) {
            trace.append(actions)
            for action in actions.split(separator: "; ") {
                let words = action.split { $0 == " " || $0 == "," }
                switch words[0] {
                case "judge", "respond", "100", "write", "stream", "refuse", "close":
                    #expect(!hasEnded, "\(trace)")
                    if words[0] == "respond" { checkOrder(words[1]) }
                    if words[0] == "stream" { isStreaming = true }
                    if words[0] == "write" { (isWriting, isStreaming) = (true, false) }
                    if words[0] == "refuse" || words[0] == "close" { (hasEnded, isStreaming) = (true, false) }
                case "abort": (hasEnded, isStreaming) = (true, false)
                default: break
                }
            }
        }

        private mutating func checkOrder(_ path: Substring) {
            guard let number = Int(path.dropFirst()) else { return }
            #expect(number > last, "\(trace)")
            last = number
        }
    }
}
