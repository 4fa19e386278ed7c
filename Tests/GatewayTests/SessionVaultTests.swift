#if Redis
import Logging
import MCPClient
import OAuth
import Primitives
import StoreRedis
import TestSupport
import Testing

@testable import Gateway

@Suite("Sessions in Redis")
struct SessionVaultTests {
    private static func vault(_ redis: RedisEndpoint, key byte: UInt8 = 7) async throws -> SessionVault {
        let link = RedisLink(redis, logger: .off)
        try await link.connect()
        let key = try StoreKey(Base64.standard.encode([UInt8](repeating: byte, count: 32)), from: "test")
        return SessionVault(link: link, key: key, idle: .seconds(100))
    }

    private static func with(_ body: (SessionVault, SessionVault) async throws -> Void) async throws {
        let server = try await RedisServer.start()
        let redis = RedisEndpoint.at(try RedisURL(server.url))
        let (first, second) = (try await vault(redis), try await vault(redis))
        try await body(first, second)
        await first.link.close()
        await second.link.close()
    }

    private static func key() -> SessionKey { SessionKey(of: Secret.random(from: Random.bytes)) }

    private static func finding(_ vault: SessionVault, _ key: SessionKey) async throws -> String {
        switch try await vault.find(key) {
        case .session(let sealed): sealed
        case .ended: "ended"
        case .missing(let wasKnown): wasKnown ? "expired" : "unknown"
        }
    }

    @Test("What is stored is found by another instance until it is ended, and is not stored again then")
    func ended() async throws {
        try await Self.with { first, second in
            let key = Self.key()
            #expect(try await Self.finding(second, key) == "unknown")
            _ = try await first.store(key, "sealed", after: nil, isForced: false)
            #expect(try await Self.finding(second, key) == "sealed")
            _ = try await second.store(key, "newer", after: "sealed", isForced: false)
            let refused = try await first.store(key, "own", after: "sealed", isForced: false)
            guard case .found(sealed: "newer") = refused else {
                Issue.record("an unknown version was replaced")
                return
            }
            _ = try await first.store(key, "renewed", after: "sealed", isForced: true)
            #expect(try await Self.finding(second, key) == "renewed")
            try await second.end(key)
            for isForced in [false, true] {
                let stored = try await first.store(key, "sealed", after: "renewed", isForced: isForced)
                guard case .ended = stored else {
                    Issue.record("an ended session was stored")
                    return
                }
            }
            #expect(try await Self.finding(first, key) == "ended")
        }
    }

    @Test("Of two instances that spend a state one succeeds")
    func spent() async throws {
        try await Self.with { first, second in
            let (state, session) = (Self.key(), Self.key())
            try await first.store(state: state, of: session)
            #expect(try await second.session(ofState: state) == session)
            #expect(try await second.spend(state: state))
            #expect(try await !first.spend(state: state))
            // It is not stored again either.
            try await first.store(state: state, of: session)
            #expect(try await first.session(ofState: state) == nil)
        }
    }

    @Test("One instance at a time has the lock of a renewal, and only its owner releases it")
    func lock() async throws {
        try await Self.with { first, second in
            let key = Self.key()
            #expect(try await first.lock(key, owner: "a"))
            #expect(try await !second.lock(key, owner: "b"))
            try await second.unlock(key, owner: "b")
            #expect(try await !second.lock(key, owner: "b"))
            try await first.unlock(key, owner: "a")
            #expect(try await second.lock(key, owner: "b"))
        }
    }

    @Test("A sealed session opens only with its key, and in its own place")
    func sealed() async throws {
        try await Self.with { vault, _ in
            let (key, document): (_, JSONObject) = (Self.key(), ["access_token": "secret"])
            let sealed = try vault.seal(document, key)
            #expect(!sealed.contains("secret") && vault.open(sealed, key) == document)
            #expect(vault.open(sealed, Self.key()) == nil)
            let other = try StoreKey(Base64.standard.encode([UInt8](repeating: 8, count: 32)), from: "test")
            #expect(SessionVault(link: vault.link, key: other, idle: .seconds(1)).open(sealed, key) == nil)
        }
    }
}
#endif
