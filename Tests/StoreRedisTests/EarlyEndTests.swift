#if Redis
import OAuthServer
import Testing
import TestSupport

@testable import StoreRedis

@Suite("What debugging ends in Redis has ended for every instance")
struct EarlyEndTests {
    @Test("before its time", arguments: EarlyEndConformance.allCases)
    func early(promise: EarlyEndConformance) async throws {
        let redis = try await RedisServer.start()
        try await withStore(at: redis.url) { one in
            try await withStore(at: redis.url) { other in try await promise.check(one, other) }
        }
    }

    @Test("keys of another prefix are untouched, even if the prefix matches as a pattern")
    func prefixes() async throws {
        let redis = try await RedisServer.start()
        let clock = FixedClock.ofSamples
        let url = try RedisURL(redis.url)
        let ours = try await RedisStore(url, prefix: "a*[b]?:", now: clock.now)
        let others = try await RedisStore(url, prefix: "axxb?:", now: clock.now)
        for store in [ours, others] { #expect(try await store.insert(SampleGrant("a").tokens(1)) == .done) }
        #expect(try await ours.expire(.all, [.access, .refresh], at: clock.now()) == 2)
        #expect(try await ours.revoke(allOf: nil) == 1)
        #expect(try await others.accessToken(SampleGrant("a").access(1).digest) == SampleGrant("a").access(1))
        for store in [ours, others] { await store.close() }
    }
}
#endif
