#if Redis
import MCPCore
import OAuth
import OAuthServer
import Primitives
import Testing
import TestSupport

@testable import StoreRedis

@Suite("A store in Redis")
struct RedisStoreTests {
    private let sample = SampleGrant("a")
    private let session = SessionStoreConformance.session(1)

    @Test("Every key begins with the prefix, ends with a digest, and expires by itself")
    func keys() async throws {
        try await withStore { store, redis in
            try await store.insert(sample.code)
            #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
            #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
            try await store.revoke(sample.grant.id)
            #expect(try await store.insert(SampleGrant("b").tokens(1)) == .done)
            try await store.insert(session)
            _ = try await store.session(session.digest, at: sample.start, keptUntil: session.expiry)

            let keys = try await redis.run("KEYS *").split(separator: "\r\n").filter { $0.contains("static") }
            #expect(keys.count == 10)
            for key in keys {
                #expect(
                    key.wholeMatch(of: /static-auth-server:(code|access|refresh|grant|session):[0-9a-f]{31,64}/) != nil)
                let seconds = try await redis.run("TTL \(key)").dropFirst().prefix { $0 != "\r\n" }
                #expect((3600...90 * 86_400 + 3600).contains(Int(seconds) ?? -1), "\(key)")
            }
        }
    }

    @Test(
        "Redis keeps each record an hour beyond its expiry, by the server's clock")
    func lifetimes() async throws {
        let clock = FixedClock(at: .seconds(1000))
        try await withStore(clock: clock) { store, _ in
            #expect(store.lifetime(until: .seconds(1300)) == "3900000")
            #expect(store.lifetime(until: .seconds(10)) == "3600000")
            clock.advance(by: .seconds(100))
            #expect(store.lifetime(until: .seconds(1300)) == "3800000")
            // Issued by a clock that was slow.
            #expect(store.lifetime(until: .seconds(1300), from: .seconds(500)) == "4400000")
            #expect(store.lifetime(until: .seconds(1300), from: .seconds(1200)) == "3800000")
        }
    }

    @Test("A grant is kept as long as any of its tokens, even when it began by a clock a week ahead")
    func lifetimeOfGrant() async throws {
        let clock = FixedClock.ofSamples
        try await withStore(clock: clock) { store, redis in
            clock.advance(by: .seconds(7 * 86_400))
            let ahead = SampleGrant("a", at: clock.now())
            #expect(try await store.insert(ahead.tokens(1)) == .done)
            _ = try await redis.run("PEXPIRE \(store.keys.grant(ahead.grant.id)) 1000000")
            clock.advance(by: .seconds(-7 * 86_400))
            let next = IssuedTokens(accessToken: ahead.access(2), refreshToken: sample.refresh(2))
            #expect(try await store.insert(next) == .done)
            let left = try await redis.run("TTL \(store.keys.grant(ahead.grant.id))").dropFirst()
            #expect((Int(left) ?? 0) > 29 * 86_400)
        }
    }

    @Test("Instants are stored to the nanosecond")
    func precision() async throws {
        try await withStore { store, _ in
            let token = AccessTokenRecord(
                digest: sample.access(1).digest, grant: sample.grant, scope: Scope([]),
                issuedAt: .nanoseconds(1_800_000_000_123_456_789), expiresAt: .nanoseconds(1_800_003_600_123_456_789))
            _ = try await store.insert(IssuedTokens(accessToken: token, refreshToken: nil))
            #expect(try await store.accessToken(token.digest) == token)
        }
    }

    @Test("Grants and sessions survive a kill and restart of Redis")
    func restart() async throws {
        let redis = try await RedisServer.start()
        try await withStore(at: redis.url) { store in
            try await store.insert(sample.code)
            #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
            redis.kill()
            try await redis.start()
            let isBack = await eventually { (try? await store.code(sample.code.digest)) == sample.spentCode }
            #expect(isBack)
            #expect(try await store.refreshToken(sample.refresh(1).digest) == sample.refresh(1))
            let replay = try await store.exchange(code: sample.code.digest, for: sample.tokens(2))
            #expect(replay == .replayed(sample.grant.id))
        }
    }

    @Test("Databases and prefixes keep stores apart")
    func apart() async throws {
        let redis = try await RedisServer.start()
        try await withStore(at: redis.url + "/3") { store in try await store.insert(sample.code) }
        let unknown = try await withStore(at: redis.url) { store in try await store.code(sample.code.digest) }
        #expect(unknown == nil)
        let other = try await RedisStore(RedisURL(redis.url + "/3"), prefix: "other:", now: FixedClock().now)
        #expect(try await other.code(sample.code.digest) == nil)
        await other.close()
        let known = try await withStore(at: redis.url + "/3") { store in try await store.code(sample.code.digest) }
        #expect(known == sample.code)
    }

    @Test("The store connects to a host name and an IPv6 address as to an IPv4 address")
    func addresses() async throws {
        let redis = try await RedisServer.start(["--bind", "127.0.0.1", "-::1"])
        for host in ["localhost", "[::1]"] {
            try await withStore(at: "redis://\(host):\(redis.port)") { store in
                try await store.insert(SampleGrant("a").code)
            }
        }
    }

    @Test("The store logs in with a user and a password of any characters")
    func login() async throws {
        let redis = try await RedisServer.start(
            "--requirepass fallback --user ann on >p@ss:/%w ~* +@all".split(separator: " ").map(String.init))
        for login in ["ann:p%40ss%3A%2F%25w", ":fallback"] {
            try await withStore(at: "redis://\(login)@127.0.0.1:\(redis.port)") { store in
                try await store.insert(SampleGrant("a").code)
            }
        }
    }

    @Test("An operation is one command and one reply")
    func roundTrips() async throws {
        try await withProxy { store, proxy, _ in
            try await store.insert(sample.code)
            _ = try await store.code(sample.code.digest)
            _ = try await store.exchange(code: sample.code.digest, for: sample.tokens(1))
            _ = try await store.accessToken(sample.access(1).digest)
            _ = try await store.refreshToken(sample.refresh(1).digest)
            _ = try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2))
            _ = try await store.insert(sample.tokens(3))
            try await store.insert(session)
            _ = try await store.session(session.digest, at: sample.start, keptUntil: session.expiry)
            #expect(proxy.commands == Array(repeating: "EVALSHA", count: 9))
            proxy.forget()
            try await store.end(session.digest)
            try await store.revoke(accessToken: sample.access(1).digest)
            try await store.revoke(sample.grant.id)
            store.removeExpired(before: sample.start)
            #expect(proxy.commands == ["DEL", "EVALSHA", "EVALSHA"])
        }
    }

    @Test("Scripts that Redis has lost are sent again, in any number at once")
    func forgottenScripts() async throws {
        try await withProxy { store, proxy, redis in
            _ = try await redis.run("SCRIPT FLUSH")
            try await store.insert(sample.code)
            #expect(proxy.commands == ["EVALSHA", "EVAL"])
            _ = try await redis.run("SCRIPT FLUSH")
            let outcomes = try await withThrowingTaskGroup(of: SpendOutcome.self) { group in
                for number in 1...64 {
                    group.addTask { try await store.exchange(code: sample.code.digest, for: sample.tokens(number)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .done } == 1)
            #expect(outcomes.count { $0 == .replayed(sample.grant.id) } == 63)
        }
    }

    @Test("The number of commands per operation does not depend on the number of keys")
    func work() async throws {
        try await withStore { store, redis in
            var counts: [[String: Int]] = []
            for (round, size) in [(1, 10), (2, 1000)] {
                let many = SampleGrant("many \(round)")
                for number in 0..<size { _ = try await store.insert(many.tokens(number)) }
                let sample = SampleGrant("\(round)")
                _ = try await redis.run("CONFIG RESETSTAT")
                try await store.insert(sample.code)
                _ = try await store.exchange(code: sample.code.digest, for: sample.tokens(1))
                _ = try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2))
                try await store.revoke(accessToken: many.access(1).digest)
                store.removeExpired(before: many.access(3).expiresAt)
                #expect(try await store.accessToken(many.access(2).digest) == nil)
                try await store.revoke(many.grant.id)
                counts.append(try await commands(redis))
            }
            #expect(counts[0]["eval"] == nil)
            #expect(counts[0] == counts[1])
            #expect(counts[0].keys.allSatisfy { !["keys", "scan", "hgetall", "hkeys"].contains($0) })
        }
    }

    /// How often Redis ran each command, including those in scripts.
    private func commands(_ redis: RedisServer) async throws -> [String: Int] {
        let facts = try await redis.run("INFO commandstats")
        let matches = facts.matches(of: /cmdstat_([a-z|]+):calls=([0-9]+)/)
        return Dictionary(uniqueKeysWithValues: matches.map { (String($0.1), Int($0.2) ?? 0) })
            .filter { !["info", "config|resetstat", "quit"].contains($0.key) }
    }

    @Test("A grant is removed with its last open code or token, and a revoked one keeps its mark")
    func emptyGrants() async throws {
        try await withStore { store, redis in
            func grantIsThere() async throws -> Bool {
                try await redis.run("EXISTS \(store.keys.grant(sample.grant.id))") == ":1"
            }
            try await store.insert(sample.code)
            let first = sample.tokens(1, withRefreshToken: false)
            #expect(try await store.exchange(code: sample.code.digest, for: first) == .done)
            #expect(try await store.insert(sample.tokens(2)) == .done)
            #expect(try await store.insert(sample.tokens(2)) == .done)
            #expect(try await store.rotate(refreshToken: sample.refresh(2).digest, for: sample.tokens(3)) == .done)
            for number in [1, 2, 3, 3] { try await store.revoke(accessToken: sample.access(number).digest) }
            #expect(try await grantIsThere())
            let last = sample.tokens(4, withRefreshToken: false)
            #expect(try await store.rotate(refreshToken: sample.refresh(3).digest, for: last) == .done)
            #expect(try await grantIsThere())
            try await store.revoke(accessToken: sample.access(4).digest)
            #expect(try await !grantIsThere())
            #expect(try await store.code(sample.code.digest) == nil)
            #expect(try await store.refreshToken(sample.refresh(3).digest) == nil)

            let other = SampleGrant("b")
            #expect(try await store.insert(other.tokens(1, withRefreshToken: false)) == .done)
            try await store.revoke(other.grant.id)
            try await store.revoke(accessToken: other.access(1).digest)
            #expect(try await store.insert(other.tokens(2)) == .unknown)
        }
    }

    @Test("A time beyond the range of Redis becomes the latest in its range")
    func farthest() {
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(9_223_372_036).nanoseconds == 9_223_372_036_000_000_000)
        #expect(Duration.seconds(9_223_372_037).nanoseconds == .max)
    }

    @Test("A value that another program wrote is never read as a record")
    func foreign() async throws {
        try await withStore { store, redis in
            #expect(try await store.insert(sample.tokens(1)) == .done)
            let key = store.keys.accessToken(sample.access(1).digest)
            for change in ["HSET \(key) record {}", "HSET \(key) record 7", "HSET \(key) record \"{\""] {
                _ = try await redis.run(change)
                let reason = await reason { _ = try await store.accessToken(sample.access(1).digest) }
                #expect(reason.contains("no record of ours"))
            }
            _ = try await redis.run("DEL \(key)")
            _ = try await redis.run("SET \(key) text")
            let reason = await reason { _ = try await store.accessToken(sample.access(1).digest) }
            #expect(reason.contains("WRONGTYPE"))
        }
    }
}
#endif
