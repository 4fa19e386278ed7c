#if Redis
import OAuthServer
import Testing
import TestSupport

@testable import StoreRedis

/// Runs a test with a store on a new Redis, and closes both.
func withStore(
    _ arguments: [String] = [], clock: FixedClock = .ofSamples, timeout: Duration = .seconds(20),
    _ body: (RedisStore, RedisServer) async throws -> Void
) async throws {
    let redis = try await RedisServer.start(arguments)
    try await withStore(at: redis.url, clock: clock, timeout: timeout) { try await body($0, redis) }
}

/// Runs a test with a store at a URL, and closes it.
func withStore<Value>(
    at url: String, clock: FixedClock = .ofSamples, timeout: Duration = .seconds(20),
    _ body: (RedisStore) async throws -> Value
) async throws -> Value {
    let store = try await RedisStore(RedisURL(url), timeout: timeout, now: clock.now)
    do {
        let value = try await body(store)
        await store.close()
        return value
    } catch {
        await store.close()
        throw error
    }
}

/// Runs a test with a store that reaches its Redis through a proxy, and stops all three.
func withProxy(
    timeout: Duration = .seconds(20), _ body: (RedisStore, Proxy, RedisServer) async throws -> Void
) async throws {
    let redis = try await RedisServer.start()
    let proxy = try await Proxy(to: redis.port)
    do {
        try await withStore(at: proxy.url, timeout: timeout) { try await body($0, proxy, redis) }
    } catch {
        await proxy.stop()
        throw error
    }
    await proxy.stop()
}

extension FixedClock {
    /// A clock that shows the time of issue of the samples.
    static var ofSamples: FixedClock { FixedClock(at: SampleGrant("a").start) }
}

/// The reason for which an operation fails; records an issue when it succeeds.
func reason(_ operation: () async throws -> Void) async -> String {
    do {
        try await operation()
        Issue.record("the store answered")
        return ""
    } catch let error as StoreUnavailable {
        return error.reason
    } catch {
        Issue.record(error)
        return ""
    }
}
#endif
