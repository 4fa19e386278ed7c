#if SQLite
import StoreSQLite
import Testing
import TestSupport

@Suite("What debugging ends in a file has ended for every process that has it open")
struct EarlyEndTests {
    @Test("before its time", arguments: EarlyEndConformance.allCases)
    func early(promise: EarlyEndConformance) async throws {
        let folder = try TemporaryFolder()
        let stores = try (0..<2).map { _ in try SQLiteStore(path: folder.path + "/grants.sqlite") }
        try await promise.check(stores[0], stores[1])
        for store in stores { await store.close() }
    }
}
#endif
