import HTTPEdge
import Testing

@testable import FlowRecorder

@Suite("The queue of exchanges that wait to be recorded")
struct RecordingQueueTests {
    private let queue = RecordingQueue()

    /// An exchange of the given size, in the request or in the answer of a tearing fault.
    private func exchange(_ number: Int, bytes: Int = 0, isTorn: Bool = false) -> Exchange {
        let body = [UInt8](repeating: 0x20, count: bytes)
        let request = HTTPRequest(
            method: .post, path: "/mcp", host: nil, body: isTorn ? [] : body, peer: "127.0.0.1")
        let response = HTTPResponse(.ok, body: isTorn ? .torn(body, announced: 2 * bytes) : .bytes([]))
        return Exchange(number, request, response, endpoint: .mcp, time: .zero, duration: .zero)
    }

    private func drained() -> [Int] {
        var numbers: [Int] = []
        queue.drain { numbers.append($0.number) }
        return numbers
    }

    @Test("Exchanges come out once, in the order in which they were added, also those added while it is drained")
    func order() {
        for number in 1...3 { _ = queue.add(exchange(number)) }
        var numbers: [Int] = []
        queue.drain { each in
            numbers.append(each.number)
            if each.number <= 3 { _ = queue.add(exchange(each.number + 3)) }
        }
        #expect(numbers == [1, 2, 3, 4, 5, 6])
        #expect(drained().isEmpty)
    }

    @Test("The first exchange schedules draining, the others do not, and after it the next one does")
    func schedule() {
        #expect(queue.add(exchange(1)) == .later)
        #expect(queue.add(exchange(2)) == .scheduled)
        #expect(drained() == [1, 2])
        #expect(queue.add(exchange(3)) == .later)
    }

    @Test("A quarter of a MiB is drained soon, and at a MiB the one who adds has to wait, whatever the bodies are")
    func limits() {
        for (bytes, isTorn) in [(0, false), (100, true), (5000, false), (200_000, false), (5000, true)] {
            var size = 0
            var soon: [Int] = []
            for number in 1... {
                let next = exchange(number, bytes: bytes, isTorn: isTorn)
                size += next.size
                let urgency = queue.add(next)
                if urgency == .soon { soon.append(size - next.size) }
                if urgency == .now { break }
                #expect(size < 1 << 20)
            }
            #expect(soon.count == 1 && soon.allSatisfy { $0 < 1 << 18 })
            #expect(size >= 1 << 20 && size < 1 << 20 + bytes + 2048)
            _ = drained()
        }
    }

    @Test("An event stream ends with its reader, and does not wait until it is recorded")
    func stream() async {
        final class Resource: Sendable {}
        weak var kept: Resource?
        do {
            let resource = Resource()
            kept = resource
            let stream = EventStream { [resource] _ in _ = resource }
            let request = HTTPRequest(method: .get, path: "/mcp", host: nil, peer: "127.0.0.1")
            _ = queue.add(
                Exchange(
                    1, request, HTTPResponse(.ok, body: .events(stream)), endpoint: .mcp, time: .zero, duration: .zero))
        }
        #expect(kept == nil)
        queue.drain { #expect($0.isStream) }
    }
}
