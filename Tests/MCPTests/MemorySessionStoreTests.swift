import MCP
import TestSupport
import Testing

@Suite struct MemorySessionStoreTests {
    @Test("It does what a session store has to", .proves(.i8, .i11))
    func conformance() async throws {
        try await SessionStoreConformance.keepsUntilEnded(MemorySessionStore())
        try await SessionStoreConformance.readingMarksAsUsed(MemorySessionStore())
        try await SessionStoreConformance.removesExpired(MemorySessionStore())
        try await SessionStoreConformance.endingWins(MemorySessionStore())
    }

    @Test("It keeps no more than its capacity")
    func capacity() {
        let store = MemorySessionStore(capacity: 3)
        for number in UInt8(0)..<10 {
            store.insert(SessionStoreConformance.session(number, expiry: .seconds(Int(number) + 1)))
        }
        #expect(store.count == 3)
        #expect(
            store.session(SessionStoreConformance.session(9, expiry: .zero).digest, at: .zero, keptUntil: .zero) != nil)
        #expect(
            store.session(SessionStoreConformance.session(6, expiry: .zero).digest, at: .zero, keptUntil: .zero) == nil)
    }
}
