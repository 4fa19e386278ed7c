import Testing

@testable import MCPClient

@Suite("Timeouts that mostly do not come")
struct AlarmTests {
    @Test("Each waits for its time, in the order of times")
    func order() async throws {
        let alarms = Alarms()
        let start = ContinuousClock.now
        let order = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in [3, 1, 2] {
                group.addTask {
                    try await alarms.wait(until: start + .milliseconds(number * 120))
                    return number
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(order == [1, 2, 3] && ContinuousClock.now - start >= .milliseconds(360))
    }

    @Test("A cancelled one ends at once and leaves nothing behind")
    func cancelled() async throws {
        let alarms = Alarms()
        for delay in [Duration.zero, .milliseconds(5)] {
            let task = Task { try await alarms.wait(until: .now + .seconds(600)) }
            try await Task.sleep(for: delay)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(alarms.count == 0)
        }
    }

    @Test("A time that has passed is no wait")
    func past() async throws {
        try await Alarms().wait(until: .now - .seconds(1))
    }
}
