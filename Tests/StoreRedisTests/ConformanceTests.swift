#if Redis
import MCPCore
import OAuthServer
import Testing
import TestSupport

@testable import StoreRedis

@Suite("The Redis store keeps the contract of a store")
struct ConformanceTests {
    @Test("of grants", .proves(.codeIsSpentOnce), arguments: GrantStoreConformance.allCases)
    func grants(promise: GrantStoreConformance) async throws {
        try await withStore { store, _ in try await promise.check(store) }
    }

    @Test("of sessions", .proves(.unknownSessionIs404), arguments: SessionStoreConformance.allCases)
    func sessions(promise: SessionStoreConformance) async throws {
        try await withStore { store, _ in try await promise.check(store) }
    }

    @Test("of persistence", arguments: PersistenceConformance.allCases)
    func persistence(promise: PersistenceConformance) async throws {
        let redis = try await RedisServer.start()
        let url = try RedisURL(redis.url)
        try await promise.check(
            open: { try await RedisStore(url, timeout: .seconds(20), now: FixedClock().now) },
            close: { await $0.close() })
    }

    @Test("about clocks", arguments: ClockConformance.allCases)
    func clocks(promise: ClockConformance) async throws {
        let redis = try await RedisServer.start()
        let url = try RedisURL(redis.url)
        try await promise.check(
            open: { try await RedisStore(url, timeout: .seconds(20), now: $0.now) }, close: { await $0.close() })
    }

    @Test(
        "and a server with it keeps those that clients see",
        .proves(.codeIsSpentOnce, .replayedCodeRevokes, .reuseRevokesTheFamily), arguments: FlowConformance.allCases
    )
    func flows(promise: FlowConformance) async throws {
        try await withStore { store, _ in try await promise.check(store) }
    }
}
#endif
