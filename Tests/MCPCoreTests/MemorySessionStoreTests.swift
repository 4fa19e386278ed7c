import Testing
import TestSupport

@testable import MCPCore

@Suite struct MemorySessionStoreTests {
    @Test(
        "The memory store keeps the contract of a session store", .proves(.unknownSessionIs404),
        arguments: SessionStoreConformance.allCases)
    func conforms(promise: SessionStoreConformance) async throws {
        try await promise.check(MemorySessionStore())
    }

    @Test("It stores no more sessions than its capacity")
    func capacity() async throws {
        try await SessionStoreConformance.checkCapacity { MemorySessionStore(capacity: $0) }
    }

    @Test("A new session costs the same at any capacity, even when the others are in use")
    func capacityWork() {
        let steps = [500, 8000].map { capacity in
            let store = MemorySessionStore(capacity: capacity)
            for number in 0..<4 * capacity {
                store.insert(session(number))
                _ = store.session(digest(max(0, number - 3)), at: .zero, keptUntil: .seconds(2000 + number))
            }
            #expect(store.count == capacity)
            return Double(store.steps) / Double(4 * capacity)
        }
        #expect(steps.allSatisfy { $0 <= 4 }, "\(steps)")
    }

    @Test("Ended sessions leave no growing state behind")
    func endedWork() {
        let store = MemorySessionStore()
        for number in 0..<20_000 {
            store.insert(session(number))
            store.end(digest(number))
        }
        #expect(store.count == 0)
        let steps = store.steps
        #expect(steps <= 40_000)
        store.removeExpired(before: .seconds(1_000_000))
        #expect(store.steps - steps <= 2048)
    }

    @Test("Housekeeping examines expired sessions, and each used session once in its idle time")
    func idleWork() {
        let store = MemorySessionStore()
        for number in 0..<1000 { store.insert(session(number)) }
        store.removeExpired(before: .seconds(999))
        #expect(store.steps == 0)
        for number in 0..<1000 { _ = store.session(digest(number), at: .zero, keptUntil: .seconds(5000)) }
        store.removeExpired(before: .seconds(3000))
        #expect(store.count == 1000)
        #expect(store.steps == 1000)
        store.removeExpired(before: .seconds(4999))
        #expect(store.steps == 1000)
    }

    private func digest(_ number: Int) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }

    private func session(_ number: Int) -> Session {
        Session(
            digest: digest(number), subject: "alice", clientID: "app", version: .june2025,
            expiry: .seconds(1000 + number), end: .seconds(1_000_000))
    }
}
