import Testing

@testable import FlowRecorder

@Suite("Listeners for changes")
struct ChangesTests {
    /// The number of signals of each listener since the last call; ends all of them.
    private func signals(_ changes: ChangeSignal, _ listeners: [AsyncStream<Void>]) async -> [Int] {
        changes.end()
        var counts: [Int] = []
        for listener in listeners { counts.append(await listener.reduce(0) { count, _ in count + 1 }) }
        return counts
    }

    @Test("A tick wakes only the listeners that asked for ticks")
    func ticks() async throws {
        let changes = ChangeSignal()
        let listeners = [try #require(changes.listen()), try #require(changes.listen(ticks: true))]
        for _ in 0..<5 { changes.tick() }
        #expect(await signals(changes, listeners) == [0, 1])
    }

    @Test("A record wakes every listener, and signals that were not taken yet are merged")
    func records() async throws {
        let changes = ChangeSignal()
        let listeners = [try #require(changes.listen()), try #require(changes.listen(ticks: true))]
        for _ in 0..<5 { changes.signal() }
        #expect(await signals(changes, listeners) == [1, 1])
    }

    @Test("There is room for 64 listeners, and the place of one that leaves is free again")
    func room() throws {
        let changes = ChangeSignal()
        var listeners = (0..<ChangeSignal.maximum).compactMap { changes.listen(ticks: $0 % 2 == 0) }
        #expect(listeners.count == ChangeSignal.maximum)
        #expect(changes.listen() == nil)
        listeners.removeAll()
        #expect(changes.count == 0)
        #expect(changes.listen() != nil)
    }
}
