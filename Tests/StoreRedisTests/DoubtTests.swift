#if Redis
import Foundation
import MCPCore
import OAuth
import OAuthServer
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@testable import StoreRedis

/// Exchanges whose reply did not arrive in time.
@Suite("An exchange in doubt")
struct DoubtTests {
    private let sample = SampleGrant("a")
    private let timeout = Duration.milliseconds(500)

    private enum Kind: CaseIterable {
        case code
        case refreshToken
    }

    private func prepare(_ kind: Kind, _ store: RedisStore) async throws {
        try await store.insert(sample.code)
        guard kind == .refreshToken else { return }
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(0)) == .done)
    }

    private func trade(_ kind: Kind, for number: Int, _ store: RedisStore) async throws -> SpendOutcome {
        switch kind {
        case .code: try await store.exchange(code: sample.code.digest, for: sample.tokens(number))
        case .refreshToken:
            try await store.rotate(refreshToken: sample.refresh(0).digest, for: sample.tokens(number))
        }
    }

    /// Exchanges for the tokens of a number; Redis runs it, and its reply is lost.
    private func doubt(_ kind: Kind, for number: Int, _ store: RedisStore, _ proxy: Proxy) async {
        // The store reconnects after each lost reply.
        let isConnected = await eventually { (try? await store.code(sample.code.digest)) != nil }
        #expect(isConnected)
        proxy.plan(.swallow)
        #expect(await reason { _ = try await trade(kind, for: number, store) }.contains("did not answer in time"))
    }

    private func isMarked(_ number: Int, _ store: RedisStore, _ redis: RedisServer) async -> Bool {
        let key = Keys.mark(ofAccessToken: store.keys.accessToken(sample.access(number).digest))
        return await eventually(within: .seconds(10)) { (try? await redis.run("EXISTS \(key)")) == ":1" }
    }

    @Test("A retry replaces the exchange whose tokens reached no client, once", arguments: Kind.allCases)
    private func again(kind: Kind) async throws {
        try await withProxy(timeout: timeout) { store, proxy, redis in
            try await prepare(kind, store)
            await doubt(kind, for: 1, store, proxy)
            #expect(try await trade(kind, for: 2, store) == .done)
            #expect(try await store.accessToken(sample.access(1).digest) == nil)
            #expect(try await store.refreshToken(sample.refresh(1).digest) == nil)
            #expect(try await store.accessToken(sample.access(2).digest) == sample.access(2))
            #expect(try await trade(kind, for: 3, store) == .replayed(sample.grant.id))
            let next = try await store.rotate(refreshToken: sample.refresh(2).digest, for: sample.tokens(4))
            #expect(next == .done)
            #expect(try await trade(kind, for: 3, store) == .replayed(sample.grant.id))
        }
    }

    @Test("After several lost replies a retry succeeds", arguments: Kind.allCases)
    private func severalTimes(kind: Kind) async throws {
        try await withProxy(timeout: timeout) { store, proxy, redis in
            try await prepare(kind, store)
            for number in 1...3 { await doubt(kind, for: number, store, proxy) }
            #expect(try await trade(kind, for: 4, store) == .done)
            for number in 1...3 { #expect(try await store.accessToken(sample.access(number).digest) == nil) }
            #expect(try await trade(kind, for: 5, store) == .replayed(sample.grant.id))
        }
    }

    @Test("Another instance can retry it, even after the first one has ended", arguments: Kind.allCases)
    private func elsewhere(kind: Kind) async throws {
        let redis = try await RedisServer.start()
        let proxy = try await Proxy(to: redis.port)
        let url = proxy.url
        try await withStore(at: url, timeout: timeout) { store in
            try await prepare(kind, store)
            await doubt(kind, for: 1, store, proxy)
            #expect(await isMarked(1, store, redis))
        }
        try await withStore(at: redis.url) { other in
            let (again, replay) = (try await trade(kind, for: 2, other), try await trade(kind, for: 3, other))
            #expect(again == .done)
            #expect(replay == .replayed(sample.grant.id))
        }
        await proxy.stop()
    }

    @Test("Redis gets the mark once it is reachable again, even after a restart", arguments: Kind.allCases)
    private func restarted(kind: Kind) async throws {
        try await withProxy(timeout: timeout) { store, proxy, redis in
            try await prepare(kind, store)
            proxy.plan(.swallow)
            async let outcome = reason { _ = try await trade(kind, for: 1, store) }
            let key = store.keys.accessToken(sample.access(1).digest)
            #expect(await eventually { (try? await redis.run("EXISTS \(key)")) == ":1" })
            redis.kill()
            #expect(await !outcome.isEmpty)
            try await redis.start()
            #expect(await isMarked(1, store, redis))
            #expect(try await trade(kind, for: 2, store) == .done)
            #expect(try await trade(kind, for: 3, store) == .replayed(sample.grant.id))
        }
    }

    @Test("An exchange that Redis runs after the timeout stays undone", arguments: Kind.allCases)
    private func hanging(kind: Kind) async throws {
        try await withStore(timeout: timeout) { store, redis in
            try await prepare(kind, store)
            redis.signal(SIGSTOP)
            #expect(await !reason { _ = try await trade(kind, for: 1, store) }.isEmpty)
            redis.signal(SIGCONT)
            var number = 1
            let isMade = await eventually(within: .seconds(10)) {
                number += 1
                return (try? await trade(kind, for: number, store)) == .done
            }
            #expect(isMade)
            for lost in 1..<number { #expect(try await store.accessToken(sample.access(lost).digest) == nil) }
            #expect(try await store.accessToken(sample.access(number).digest) == sample.access(number))
            #expect(try await trade(kind, for: number + 1, store) == .replayed(sample.grant.id))
        }
    }

    @Test("It can be retried for a minute, after which the mark expires")
    func ends() async throws {
        try await withProxy(timeout: timeout) { store, proxy, redis in
            try await prepare(.refreshToken, store)
            await doubt(.refreshToken, for: 1, store, proxy)
            #expect(await isMarked(1, store, redis))
            let mark = Keys.mark(ofAccessToken: store.keys.accessToken(sample.access(1).digest))
            let left = try await redis.run("PTTL \(mark)").dropFirst().prefix { $0 != "\r\n" }
            #expect((1...60_000).contains(Int(left) ?? -1))
            _ = try await redis.run("PEXPIRE \(mark) 1")
            #expect(await eventually { (try? await redis.run("EXISTS \(mark)")) == ":0" })
            #expect(try await trade(.refreshToken, for: 2, store) == .replayed(sample.grant.id))
        }
    }

    @Test("An exchange that was answered, refused or never sent leaves no mark")
    func noDoubt() async throws {
        try await withProxy(timeout: timeout) { store, proxy, redis in
            try await prepare(.refreshToken, store)
            #expect(try await trade(.refreshToken, for: 1, store) == .done)
            proxy.plan(.cut(after: 0))
            #expect(try await trade(.refreshToken, for: 2, store) == .replayed(sample.grant.id))
            proxy.plan(.swallow)
            #expect(await !reason { _ = try await store.code(sample.code.digest) }.isEmpty)
            redis.kill()
            // Refused at once, so never sent.
            var why = ""
            let isAway = await eventually {
                why = await reason { _ = try await store.code(sample.code.digest) }
                return why.contains("was closed") || why.contains("reset")
            }
            #expect(isAway, "\(why)")
            #expect(await !reason { _ = try await trade(.refreshToken, for: 3, store) }.isEmpty)
            try await redis.start()
            let isBack = await eventually { (try? await trade(.refreshToken, for: 4, store)) != nil }
            #expect(isBack)
            #expect(try await redis.run("KEYS *undelivered*") == "*0")
        }
    }

    // MARK: - Through a server

    @Test("After a 503 the same code and refresh token work, and so do the tokens issued for them")
    func obeyed() async throws {
        try await withProxy(timeout: timeout) { store, proxy, _ in
            try await withTestServer(store: store) { client, _ in
                let flow = try await Flow(client).logIn()
                let swallow = { (form: [String: String]) in
                    // Redis answers the look-up; the reply to the command that spends is lost.
                    try await loseTrade(proxy) { try await flow.attempt(form).answer }
                }
                let refused = try await swallow([
                    "grant_type": "authorization_code", "code": flow.code, "code_verifier": Flow.verifier,
                ])
                #expect(refused.status == 503)
                #expect(refused["Retry-After"] == "1")
                let first = try await flow.redeem()
                #expect(try await client.callEcho("hi", token: first.accessToken).status == 200)

                let again = try await swallow([
                    "grant_type": "refresh_token", "refresh_token": first.refreshToken ?? "",
                ])
                #expect(again.status == 503)
                let second = try await flow.refresh(first.refreshToken)
                for tokens in [first, second] {
                    #expect(try await client.callEcho("hi", token: tokens.accessToken).status == 200)
                }
                let third = try await flow.refresh(second.refreshToken)

                // This one was answered: a further use is a replay, not a retry.
                _ = try await flow.refresh(first.refreshToken, expecting: 400)
                for tokens in [first, second, third] {
                    #expect(try await client.callEcho("hi", token: tokens.accessToken).status == 401)
                }
            }
        }
    }

    @Test("When a client and an attacker both present a code after a 503, the second ends the grant")
    func thief() async throws {
        try await withProxy(timeout: timeout) { store, proxy, _ in
            try await withTestServer(store: store) { client, _ in
                let flow = try await Flow(client).logIn()
                let first = try await flow.redeem()
                let refused = try await loseTrade(proxy) {
                    try await flow.attempt(["grant_type": "refresh_token", "refresh_token": first.refreshToken]).answer
                }
                #expect(refused.status == 503)
                let thiefs = try await flow.refresh(first.refreshToken)
                _ = try await flow.refresh(first.refreshToken, expecting: 400)
                for tokens in [first, thiefs] {
                    #expect(try await client.callEcho("hi", token: tokens.accessToken).status == 401)
                }
            }
        }
    }

    @Test("After a 503 a retry opens a session, revokes a token or ends a session")
    func otherOperations() async throws {
        try await withProxy(timeout: timeout) { store, proxy, _ in
            try await withTestServer(store: store) { client, _ in
                let flow = try await Flow(client).logIn()
                let tokens = try await flow.redeem()
                let token = tokens.accessToken
                let refused = try await loseTrade(proxy) {
                    try await client.legacy(
                        "initialize",
                        [
                            "protocolVersion": "2025-11-25", "capabilities": [:],
                            "clientInfo": ["name": "test", "version": "1"],
                        ], token: token)
                }
                #expect(refused.status == 503)
                let session = try await client.openSession(token: token)
                #expect(try await client.legacy("ping", session: session, token: token).status == 200)
                let form = [
                    ("client_id", flow.credentials.0), ("client_secret", flow.credentials.1),
                    ("token", tokens.refreshToken ?? ""),
                ]
                let revoked = try await loseTrade(proxy) { try await client.post("/revoke", form: form) }
                #expect(revoked.status == 503)
                #expect(try await client.post("/revoke", form: form).status == 200)
                #expect(try await client.callEcho("hi", token: token).status == 401)
            }
        }
    }

    /// Passes the first reply and loses the second.
    private func loseTrade<Value>(_ proxy: Proxy, _ request: () async throws -> Value) async throws -> Value {
        proxy.plan(.swallow, afterReplies: 1)
        return try await request()
    }
}
#endif
