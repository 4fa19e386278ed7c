import MCPCore
import OAuth
import OAuthServer
import Primitives
import StaticAuthServer
import Synchronization
import Testing
import TestSupport

/// A store that counts the look-ups of each access token.
final class CountingStore: GrantStore, SessionStore {
    private let grants = MemoryGrantStore()
    private let sessions = MemorySessionStore()
    private let lookups = Mutex<[Digest: Int]>([:])
    private let reads = Mutex(0)

    /// The total number of look-ups.
    var total: Int { reads.withLock { $0 } }
    func count(_ token: String) -> Int { lookups.withLock { $0[Digest(of: token), default: 0] } }
    func forget() { lookups.withLock { $0 = [:] } }

    func insert(_ code: CodeRecord) { grants.insert(code) }
    func insert(_ tokens: IssuedTokens) -> InsertOutcome { grants.insert(tokens) }
    func code(_ digest: Digest) -> CodeRecord? {
        reads.withLock { $0 += 1 }
        return grants.code(digest)
    }
    func refreshToken(_ digest: Digest) -> RefreshTokenRecord? {
        reads.withLock { $0 += 1 }
        return grants.refreshToken(digest)
    }
    func accessToken(_ digest: Digest) -> AccessTokenRecord? {
        reads.withLock { $0 += 1 }
        lookups.withLock { $0[digest, default: 0] += 1 }
        return grants.accessToken(digest)
    }
    func exchange(code: Digest, for tokens: IssuedTokens) -> SpendOutcome { grants.exchange(code: code, for: tokens) }
    func rotate(refreshToken: Digest, for tokens: IssuedTokens) -> SpendOutcome {
        grants.rotate(refreshToken: refreshToken, for: tokens)
    }
    func revoke(_ grant: GrantID) { grants.revoke(grant) }
    func revoke(accessToken: Digest) { grants.revoke(accessToken: accessToken) }
    func removeExpired(before instant: Duration) {
        grants.removeExpired(before: instant)
        sessions.removeExpired(before: instant)
    }
    func insert(_ session: Session) { sessions.insert(session) }
    func session(_ digest: [UInt8], at now: Duration, keptUntil expiry: Duration) -> Session? {
        sessions.session(digest, at: now, keptUntil: expiry)
    }
    func end(_ digest: [UInt8]) { sessions.end(digest) }
    func end(allOf subject: String?, at now: Duration) -> [[UInt8]] { sessions.end(allOf: subject, at: now) }
    func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Duration) -> Int {
        grants.expire(tokens, kinds, at: instant)
    }
    func revoke(allOf subject: String?) -> Int { grants.revoke(allOf: subject) }
}

@Suite("A change wakes the streams that it concerns, and no others")
struct WakeTests {
    private let store = CountingStore()

    /// Open streams of tokens with a grant each.
    private struct Streams {
        var tokens: [String] = []
        var readers: [EventReader] = []
    }

    private func withStreams(
        _ count: Int = 8, _ body: (TestClient, Streams) async throws -> Void
    ) async throws {
        try await withTestServer(store: store, keepAlive: .seconds(3600)) { client, _ in
            var streams = Streams()
            for number in 0..<count {
                let token = try await client.clientCredentialsToken()
                streams.tokens.append(token)
                if number % 2 == 0 {
                    streams.readers.append(try await client.listen(token: token))
                } else {
                    let session = try await client.openSession(token: token)
                    streams.readers.append(
                        try await EventReader(
                            client, "GET", "/mcp", TestClient.fields(token: token) + [("Mcp-Session-Id", session)]))
                }
            }
            // A session's stream checks its token after its head was sent.
            _ = await eventually { streams.tokens.allSatisfy { store.count($0) >= 2 } }
            store.forget()
            try await body(client, streams)
        }
    }

    /// The number of look-ups of all streams' tokens, after the effects of a change.
    private func lookups(_ streams: Streams, but others: [String] = []) async throws -> Int {
        try await Task.sleep(for: .milliseconds(100))
        return streams.tokens.filter { !others.contains($0) }.reduce(0) { $0 + store.count($1) }
    }

    /// Expects that the server ends a stream by its protocol; there is no keep-alive that would.
    private func expectEnd(of reader: EventReader, isListen: Bool = true) async throws {
        let start = ContinuousClock.now
        let last = await reader.nextMessage()
        try #require((last?.json["result"]?.object?["resultType"] == "complete") == isListen)
        let further = await reader.next()
        try #require(further == nil)
        try #require(ContinuousClock.now - start < .seconds(30), "it was this test that gave up")
    }

    @Test("Requests that change nothing wake no stream")
    func nothing() async throws {
        try await withStreams { client, streams in
            let (id, secret) = Flow(client).credentials
            let credentials = [("client_id", id), ("client_secret", secret)]
            for _ in 0..<5 {
                _ = try await Flow(client).refresh("unknown", expecting: 400)
                _ = try await Flow(client).token(
                    ["grant_type": "authorization_code", "code": "x", "code_verifier": Flow.verifier], expecting: 400)
                #expect(try await client.post("/revoke", form: credentials + [("token", "unknown")]).status == 200)
                #expect(try await client.post("/introspect", form: credentials + [("token", "unknown")]).status == 200)
                _ = try await client.callEcho("", token: "unknown")
            }
            _ = try await client.debug("/clock", ["advance": 0])
            _ = try await client.debug("/clock", nil, method: "DELETE")
            _ = try await client.debug("/tokens/expire", ["token": "unknown"])
            _ = try await client.debug("/tokens/revoke", ["subject": "nobody"])
            _ = try await client.debug("/sessions/drop", ["session": "unknown"])
            #expect(try await lookups(streams) == 0)
        }
    }

    @Test("A revoked token ends its own stream, and no other stream asks the store")
    func revocation() async throws {
        for number in [0, 1] {
            try await withStreams { client, streams in
                let (id, secret) = Flow(client).credentials
                let token = streams.tokens[number]
                _ = try await client.post(
                    "/revoke", form: [("client_id", id), ("client_secret", secret), ("token", token)])
                try await expectEnd(of: streams.readers[number], isListen: number == 0)
                #expect(try await lookups(streams, but: [token]) == 0)
                #expect(store.count(token) <= 3)
            }
        }
    }

    @Test("A replayed code or refresh token ends only the streams of its grant")
    func replays() async throws {
        try await withStreams { client, streams in
            for isCode in [true, false] {
                let flow = try await Flow(client).logIn()
                let first = try await flow.redeem()
                let second = try await flow.refresh(first.refreshToken)
                let readers = [
                    try await client.listen(token: first.accessToken),
                    try await client.listen(token: second.accessToken),
                ]
                if isCode {
                    _ = try await flow.redeem(expecting: 400)
                } else {
                    _ = try await flow.refresh(first.refreshToken, expecting: 400)
                }
                for reader in readers { try await expectEnd(of: reader) }
            }
            #expect(try await lookups(streams) == 0)
        }
    }

    @Test("Ending tokens by debugging wakes only their streams")
    func debugging() async throws {
        try await withStreams { client, streams in
            _ = try await client.debug("/tokens/expire", ["token": .string(streams.tokens[0])])
            _ = try await client.debug("/tokens/revoke", ["token": .string(streams.tokens[2])])
            for number in [0, 2] { try await expectEnd(of: streams.readers[number]) }
            #expect(try await lookups(streams, but: [streams.tokens[0], streams.tokens[2]]) == 0)
        }
    }

    @Test("A token that expires wakes only its own stream")
    func expiry() async throws {
        try await withStreams { client, streams in
            let answer = try await client.debug("/tokens/issue", ["ttl": 1])
            let token = try #require(answer.json["access_token"]?.string)
            try await expectEnd(of: try await client.listen(token: token))
            #expect(try await lookups(streams) == 0)
        }
    }

    @Test(
        "As many look-ups are made for an unknown token as for an expired one, or another client's",
        .proves(.otherTokensAreInactive, .foreignTokenIsNotRevoked), arguments: ["/introspect", "/revoke"])
    func strangers(path: String) async throws {
        try await withTestServer(store: store, keepAlive: .seconds(3600)) { client, _ in
            let (id, secret) = Flow(client).credentials
            func reads(_ token: JSONValue?) async throws -> Int {
                let before = store.total
                let form = [("client_id", id), ("client_secret", secret), ("token", token?.string ?? "")]
                #expect(try await client.post(path, form: form).status == 200)
                return store.total - before
            }
            let over = try await client.debug("/tokens/issue", ["ttl": 0, "client": "other"]).json
            let other = try await client.debug("/tokens/issue", ["client": "other", "refresh_token": true]).json
            let unknown = try await reads("unknown")
            #expect(try await reads(over["access_token"]) == unknown)
            if path == "/revoke" {
                #expect(try await reads(other["access_token"]) == unknown)
                #expect(try await reads(other["refresh_token"]) == unknown)
            }
        }
    }

    @Test("A stream that has ended leaves no entry, and its end wakes no other")
    func sessions() async throws {
        try await withStreams { client, streams in
            let token = streams.tokens[1]
            let session = try await client.openSession(token: token)
            let fields = TestClient.fields(token: token) + [("Mcp-Session-Id", session)]
            let reader = try await EventReader(client, "GET", "/mcp", fields)
            #expect(try await client.send("DELETE", "/mcp", fields).status == 204)
            while await reader.next() != nil {}
            #expect(try await lookups(streams, but: [token]) == 0)
        }
    }
}

@Suite("What debugging ends in memory has ended")
struct EarlyEndTests {
    @Test("before its time", arguments: EarlyEndConformance.allCases)
    func early(promise: EarlyEndConformance) async throws {
        let store = CountingStore()
        try await promise.check(store, store)
    }
}
