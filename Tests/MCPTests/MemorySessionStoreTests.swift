import MCP
import TestSupport
import Testing

@Suite struct MemorySessionStoreTests {
    @Test(
        "The memory store keeps every promise of a session store", .proves(.i8, .i11),
        arguments: SessionStoreConformance.allCases)
    func conforms(promise: SessionStoreConformance) async throws {
        try await promise.check(MemorySessionStore())
    }

    @Test("It keeps no more than its capacity")
    func capacity() {
        let store = MemorySessionStore(capacity: 3)
        for number in UInt8(0)..<10 {
            store.insert(SessionStoreConformance.session(number, expiry: SessionStoreConformance.second(Int(number))))
        }
        #expect(store.count == 3)
        let kept = (UInt8(0)..<10).filter { number in
            let now = SessionStoreConformance.second(-1)
            return store.session(SessionStoreConformance.session(number).digest, at: now, keptUntil: now) != nil
        }
        #expect(kept == [7, 8, 9])
    }
}
