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

    @Test("It keeps no more than its capacity", .proves(.i11))
    func capacity() async throws {
        try await SessionStoreConformance.checkCapacity { MemorySessionStore(capacity: $0) }
    }
}
