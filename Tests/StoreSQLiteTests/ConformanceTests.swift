#if SQLite
import MCPCore
import OAuthServer
import StoreSQLite
import Testing
import TestSupport

@Suite("The SQLite store keeps the contract of a store")
struct ConformanceTests {
    private let folder: TemporaryFolder
    private var file: String { folder.path + "/grants.sqlite" }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("of grants", .proves(.codeIsSpentOnce), arguments: GrantStoreConformance.allCases)
    func grants(promise: GrantStoreConformance) async throws {
        try await promise.check(SQLiteStore(path: file))
    }

    @Test("of sessions", .proves(.unknownSessionIs404), arguments: SessionStoreConformance.allCases)
    func sessions(promise: SessionStoreConformance) async throws {
        try await promise.check(SQLiteStore(path: file))
    }

    @Test("of persistence", arguments: PersistenceConformance.allCases)
    func persistence(promise: PersistenceConformance) async throws {
        try await promise.check(open: { try SQLiteStore(path: file) }, close: { await $0.close() })
    }

    @Test("about clocks", arguments: ClockConformance.allCases)
    func clocks(promise: ClockConformance) async throws {
        try await promise.check(open: { _ in try SQLiteStore(path: file) }, close: { await $0.close() })
    }

    @Test("of capacity", arguments: CapacityConformance.allCases)
    func capacity(promise: CapacityConformance) async throws {
        try await promise.check { try SQLiteStore(path: file, grants: $0, tokens: $1) }
    }

    @Test("of a capacity of sessions")
    func sessionCapacity() async throws {
        try await SessionStoreConformance.checkCapacity { try SQLiteStore(path: file, sessions: $0) }
    }

    @Test(
        "and a server with it keeps those that clients see",
        .proves(.codeIsSpentOnce, .replayedCodeRevokes, .reuseRevokesTheFamily), arguments: FlowConformance.allCases
    )
    func flows(promise: FlowConformance) async throws {
        try await promise.check(SQLiteStore(path: file))
    }
}
#endif
