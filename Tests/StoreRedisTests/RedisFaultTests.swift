#if Redis
import Foundation
import MCPCore
import OAuth
import OAuthServer
import Testing
import TestSupport

@testable import StoreRedis

@Suite("A Redis that fails")
struct RedisFaultTests {
    private let sample = SampleGrant("a")

    private func opening(_ url: String) async throws -> String {
        await reason { await (try RedisStore(RedisURL(url), now: FixedClock().now)).close() }
    }

    private func refusal(_ url: String) async throws -> String {
        let error = await #expect(throws: RedisRefusal.self) {
            await (try RedisStore(RedisURL(url), now: FixedClock().now)).close()
        }
        return error?.description ?? ""
    }

    // MARK: - At the start

    @Test("An unreachable Redis is named in the error")
    func notThere() async throws {
        let port = FreePort.any()
        #expect(
            try await opening("redis://127.0.0.1:\(port)")
                == "Redis at 127.0.0.1:\(port) cannot be used: Connection refused.")
        #expect(try await opening("redis://no-such-host.invalid:\(port)").contains("there is no such host"))
    }

    @Test("A wrong, missing or needless password and an unknown database are named, without their values")
    func refused() async throws {
        let open = try await RedisServer.start()
        let guarded = try await RedisServer.start(["--requirepass", "hide-me"])
        for (url, hint) in [
            ("redis://:hide-wrong@127.0.0.1:\(guarded.port)", "WRONGPASS"),
            ("redis://127.0.0.1:\(guarded.port)", "give the password in the URL"),
            ("redis://:hide-me@127.0.0.1:\(open.port)", "check the user and password"),
            ("redis://127.0.0.1:\(open.port)/99", "check the number of the database"),
        ] {
            let description = try await refusal(url)
            #expect(description.contains(hint))
            #expect(!description.contains("hide"))
        }
    }

    @Test("A server that speaks another protocol is refused")
    func notRedis() async throws {
        try await withTestServer { client, _ in
            let reason = try await opening("redis://127.0.0.1:\(client.port)")
            #expect(reason.contains("is no reply of Redis") || reason.contains("was closed"))
        }
    }

    @Test("A replica is refused, because it may not know recent revocations")
    func replica() async throws {
        let primary = try await RedisServer.start()
        let replica = try await RedisServer.start(["--replicaof", "127.0.0.1 \(primary.port)"])
        #expect(try await opening(replica.url).contains("it is a replica"))
    }

    @Test("A Redis that is loading its data is retried")
    func loading() async throws {
        let slow = ["--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024"]
        let redis = try await RedisServer.start(["--appendonly", "no"] + slow)
        _ = try await redis.run("DEBUG POPULATE 20000")
        _ = try await redis.run("SAVE")
        redis.kill()
        try redis.launch()
        let isLoading = await eventually { (try? await redis.run("PING"))?.contains("LOADING") == true }
        #expect(isLoading)
        #expect(try await opening(redis.url).contains("LOADING"))
        _ = try await redis.run("CONFIG SET key-load-delay 0")
        let hasOpened = await eventually {
            guard let store = try? await RedisStore(RedisURL(redis.url), now: FixedClock().now) else {
                return false
            }
            await store.close()
            return true
        }
        #expect(hasOpened)
    }

    // MARK: - While running

    @Test("While Redis is down every operation fails at once; afterwards the store reconnects, and nothing is lost")
    func downAndBack() async throws {
        try await withStore { store, redis in
            try await store.insert(sample.code)
            redis.kill()
            let isRefused = await eventually {
                await reason { _ = try await store.code(sample.code.digest) }.contains("Connection refused")
            }
            #expect(isRefused)
            for operation in operations(on: store) { #expect(await reason(operation).contains("Connection refused")) }

            try await redis.start()
            let isBack = await eventually { (try? await store.code(sample.code.digest)) != nil }
            #expect(isBack)
            #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
        }
    }

    private func operations(on store: RedisStore) -> [() async throws -> Void] {
        [
            { try await store.insert(sample.code) }, { _ = try await store.insert(sample.tokens(1)) },
            { _ = try await store.code(sample.code.digest) },
            { _ = try await store.accessToken(sample.access(1).digest) },
            { _ = try await store.refreshToken(sample.refresh(1).digest) },
            { _ = try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) },
            { _ = try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) },
            { try await store.revoke(sample.grant.id) },
            { try await store.revoke(accessToken: sample.access(1).digest) },
            { try await store.insert(SessionStoreConformance.session(1)) },
            { _ = try await store.session([1], at: sample.start, keptUntil: sample.start) },
            { try await store.end([1]) },
        ]
    }

    @Test("While Redis hangs operations time out, including later ones")
    func hanging() async throws {
        try await withStore(timeout: .milliseconds(200)) { store, redis in
            try await store.insert(sample.code)
            redis.signal(SIGSTOP)
            #expect(await reason { _ = try await store.code(sample.code.digest) }.contains("did not answer in time"))
            let isGivenUp = await eventually {
                await reason { _ = try await store.code(sample.code.digest) }.contains("it does not answer")
            }
            #expect(isGivenUp)
            redis.signal(SIGCONT)
            let isBack = await eventually { (try? await store.code(sample.code.digest)) == sample.code }
            #expect(isBack)
        }
    }

    @Test("While Redis pauses its clients operations time out")
    func paused() async throws {
        try await withStore(timeout: .milliseconds(200)) { store, redis in
            let port = redis.port
            async let pause = RedisServer.run("CLIENT PAUSE 2000 ALL", port: port)
            let isOverdue = await eventually {
                do {
                    _ = try await store.code(sample.code.digest)
                    return false
                } catch {
                    return "\(error)".contains("did not answer in time")
                }
            }
            #expect(isOverdue)
            _ = try await pause
            let isBack = await eventually { (try? await store.insert(sample.code)) != nil }
            #expect(isBack)
        }
    }

    @Test("A connection that goes silent is closed")
    func silence() async throws {
        try await withProxy(timeout: .milliseconds(500)) { store, proxy, _ in
            try await store.insert(sample.code)
            proxy.plan(.fallSilent)
            #expect(await reason { _ = try await store.code(sample.code.digest) }.contains("did not answer in time"))
            proxy.plan(.cut(after: 0))
            let isBack = await eventually { (try? await store.code(sample.code.digest)) == sample.code }
            #expect(isBack)
            #expect(proxy.greetings > 1)
        }
    }

    @Test("An exchange whose reply is lost, in whole or in part, is done once", arguments: [0, 1, 5])
    func lostReply(bytes: Int) async throws {
        try await withProxy { store, proxy, _ in
            try await store.insert(sample.code)
            proxy.plan(.cut(after: bytes))
            #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
            #expect(try await store.accessToken(sample.access(1).digest) == sample.access(1))
            #expect(proxy.commands.count == 4)

            proxy.plan(.cut(after: bytes))
            #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
            proxy.plan(.cut(after: bytes))
            #expect(try await store.insert(sample.tokens(3)) == .done)
            let replay = try await store.exchange(code: sample.code.digest, for: sample.tokens(9))
            #expect(replay == .replayed(sample.grant.id))
        }
    }

    @Test("Of 64 exchanges on a connection that is reset one is done, and only its tokens are stored")
    func resetUnderWay() async throws {
        try await withProxy { store, proxy, _ in
            try await store.insert(sample.code)
            proxy.plan(.cut(after: 30))
            let outcomes = try await withThrowingTaskGroup(of: (Int, SpendOutcome).self) { group in
                for number in 1...64 {
                    group.addTask {
                        (number, try await store.exchange(code: sample.code.digest, for: sample.tokens(number)))
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(outcomes.values.count { $0 == .done } == 1)
            for (number, outcome) in outcomes {
                #expect((try await store.accessToken(sample.access(number).digest) != nil) == (outcome == .done))
            }
        }
    }

    @Test("A malformed or unexpected reply reaches no caller")
    func lies() async throws {
        try await withProxy { store, proxy, _ in
            try await store.insert(sample.code)
            for lie in ["\u{0}\u{1}\u{2}", "$999999999\r\nx", "HTTP/1.1 400 Bad Request\r\n"] {
                proxy.plan(.lie(Array(lie.utf8)))
                #expect(try await store.code(sample.code.digest) == sample.code)
            }
        }
    }

    @Test("After kills and restarts Redis knows every token and accepts no spent code")
    func killedBetween() async throws {
        try await withStore { store, redis in
            try await store.insert(sample.code)
            for round in 1...5 {
                let (spent, next) = (sample.refresh(round - 1).digest, sample.tokens(round))
                let outcome =
                    round == 1
                    ? try await store.exchange(code: sample.code.digest, for: next)
                    : try await store.rotate(refreshToken: spent, for: next)
                #expect(outcome == .done)
                redis.kill()
                try await redis.start()
                let isBack = await eventually {
                    (try? await store.accessToken(sample.access(round).digest)) == sample.access(round)
                }
                #expect(isBack)
                let replay = try await store.exchange(code: sample.code.digest, for: sample.tokens(99))
                #expect(replay == .replayed(sample.grant.id))
            }
        }
    }

    @Test("Out of memory, Redis stores nothing but still finds and revokes; with memory it stores again")
    func outOfMemory() async throws {
        try await withStore { store, redis in
            try await store.insert(sample.code)
            #expect(try await store.insert(SampleGrant("b").tokens(1)) == .done)
            let session = SessionStoreConformance.session(1)
            try await store.insert(session)
            _ = try await redis.run("CONFIG SET maxmemory 1")
            for operation in [
                { try await store.insert(sample.code) }, { _ = try await store.insert(sample.tokens(1)) },
                { _ = try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) },
                { try await store.insert(session) },
            ] {
                #expect(await reason(operation).contains("OOM"))
            }
            #expect(try await store.code(sample.code.digest) == sample.code)
            #expect(try await store.session(session.digest, at: sample.start, keptUntil: session.expiry) == session)
            try await store.revoke(SampleGrant("b").grant.id)
            #expect(try await store.accessToken(SampleGrant("b").access(1).digest) == nil)

            _ = try await redis.run("CONFIG SET maxmemory 0")
            #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
            #expect(try await store.insert(SampleGrant("b").tokens(2)) == .unknown)
        }
    }

    @Test("A primary that becomes a replica is left, and used again once it is a primary")
    func demoted() async throws {
        let other = try await RedisServer.start()
        try await withStore { store, redis in
            try await store.insert(sample.code)
            _ = try await redis.run("REPLICAOF 127.0.0.1 \(other.port)")
            let isLeft = await eventually {
                await reason { try await store.insert(sample.code) }.contains("it is a replica")
            }
            #expect(isLeft)
            #expect(await reason { _ = try await store.code(sample.code.digest) }.contains("it is a replica"))
            _ = try await redis.run("REPLICAOF NO ONE")
            let isBack = await eventually { (try? await store.insert(sample.code)) != nil }
            #expect(isBack)
        }
    }

    @Test("Operations beyond the maximum are refused, and not queued")
    func flood() async throws {
        try await withStore { store, redis in
            redis.signal(SIGSTOP)
            let reasons = await withTaskGroup(of: String.self) { group in
                for _ in 0..<RedisPipeline.maximumCommands + 100 {
                    group.addTask { await reason { _ = try await store.code(sample.code.digest) } }
                }
                var reasons: [String] = []
                for await reason in group {
                    reasons.append(reason)
                    if reasons.count == 100 { break }
                }
                await store.close()
                return reasons
            }
            #expect(reasons.count == 100)
            #expect(reasons.allSatisfy { $0.contains("too many commands wait") })
        }
    }

    @Test("A closed store refuses every operation")
    func closed() async throws {
        try await withStore { store, _ in
            await store.close()
            #expect(await reason { try await store.insert(sample.code) }.contains("is stopping"))
        }
    }
}
#endif
