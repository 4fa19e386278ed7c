#if Redis
import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@testable import StoreRedis

@Suite("A server with a Redis store")
struct ServerOnRedisTests {
    @Test("A modern call takes one round trip, a legacy call two, a flow as many as it needs")
    func roundTrips() async throws {
        try await withProxy { store, proxy, _ in
            try await withTestServer(store: store) { client, _ in
                func trips<Value>(_ step: () async throws -> Value) async throws -> (Int, Value) {
                    proxy.forget()
                    let value = try await step()
                    return (proxy.commands.count, value)
                }
                let (login, flow) = try await trips { try await Flow(client).logIn() }
                let (exchange, tokens) = try await trips { try await flow.redeem() }
                let (refresh, next) = try await trips { try await flow.refresh(tokens.refreshToken) }
                #expect((login, exchange, refresh) == (1, 2, 2))

                let token = next.accessToken
                let (modern, answer) = try await trips { try await client.callEcho("hello", token: token) }
                #expect(answer.status == 200)
                #expect(modern == 1)

                let (opening, session) = try await trips { try await client.openSession(token: token) }
                let (legacy, pong) = try await trips {
                    try await client.legacy("ping", session: session, token: token)
                }
                #expect(pong.status == 200)
                #expect((opening, legacy) == (2, 2))
            }
        }
    }

    @Test(
        "While Redis is down every endpoint answers 503 with Retry-After; afterwards the same code and tokens work",
        .proves(.wrongHintRevokes, .errorRedirectIsComplete))
    func downAndBack() async throws {
        try await withStore { store, redis in
            try await withTestServer(store: store) { client, _ in
                let used = try await Flow(client).logIn().redeem()
                let flow = try await Flow(client).logIn()
                let token = used.accessToken
                redis.kill()
                let credentials = [("client_id", flow.credentials.0), ("client_secret", flow.credentials.1)]
                let code = [
                    ("grant_type", "authorization_code"), ("code", flow.code), ("code_verifier", Flow.verifier),
                ]
                let refresh = [("grant_type", "refresh_token"), ("refresh_token", used.refreshToken ?? "")]
                for answer in [
                    try await client.post("/token", form: credentials + code),
                    try await client.post("/token", form: credentials + refresh),
                    try await client.post("/token", form: credentials + [("grant_type", "client_credentials")]),
                    try await client.post("/introspect", form: credentials + [("token", token)]),
                    try await client.post("/revoke", form: credentials + [("token", token)]),
                    try await client.callEcho("hello", token: token),
                ] {
                    #expect(answer.status == 503)
                    #expect(answer["Retry-After"] == "1")
                    #expect(answer.json["error"] == "temporarily_unavailable")
                }
                let login = try await Flow(client).submitLogin()
                #expect(Flow.parameters(of: login["Location"] ?? "")["error"] == "temporarily_unavailable")

                try await redis.start()
                let isBack = await eventually { (try? await client.callEcho("hi", token: token).status) == 200 }
                #expect(isBack)
                let fresh = try await flow.redeem()
                #expect(try await client.callEcho("hi", token: fresh.accessToken).status == 200)
                _ = try await flow.refresh(used.refreshToken)
            }
        }
    }

    @Test("After /debug/clock was a week ahead and set back, new tokens work at once", arguments: [0, 1, 2])
    func debugClock(way: Int) async throws {
        // The clock of the store does not move with the server's, as in the executable.
        try await withStore(clock: FixedClock(at: SystemClock.now())) { store, _ in
            try await withTestServer(store: store) { client, _ in
                let json = [("Content-Type", "application/json")]
                let ahead = try await client.send("POST", "/debug/clock", json, body: #"{"advance":604800}"#)
                #expect(ahead.status == 200)
                // Housekeeping, which runs every ten seconds.
                store.removeExpired(before: SystemClock.now() + .seconds(604_800))
                let back =
                    switch way {
                    case 0: try await client.send("POST", "/debug/clock", json, body: #"{"advance":-604800}"#)
                    case 1: try await client.send("DELETE", "/debug/clock", [])
                    default: try await client.send("POST", "/debug/reset", json, body: "{}")
                    }
                #expect(back.status == 200)
                let flow = try await Flow(client).logIn()
                let tokens = try await flow.redeem()
                let session = try await client.openSession(token: tokens.accessToken)
                #expect(try await client.legacy("ping", session: session, token: tokens.accessToken).status == 200)
                _ = try await flow.refresh(tokens.refreshToken)
            }
        }
    }

    @Test("When Redis is out of memory logins get 503, and existing tokens keep working")
    func outOfMemory() async throws {
        try await withStore { store, redis in
            try await withTestServer(store: store) { client, _ in
                let flow = try await Flow(client).logIn()
                let used = try await Flow(client).logIn().redeem()
                _ = try await redis.run("CONFIG SET maxmemory 1")
                let refused = try await flow.redeem(expecting: 503)
                #expect(refused.answer.json["error"] == "temporarily_unavailable")
                #expect(try await client.callEcho("hi", token: used.accessToken).status == 200)
                _ = try await redis.run("CONFIG SET maxmemory 0")
                _ = try await flow.redeem()
            }
        }
    }

    @Test("Every token that was issued while Redis was killed repeatedly is known afterwards")
    func killedUnderLoad() async throws {
        try await withStore { store, redis in
            try await withTestServer(store: store) { client, _ in
                let load = Task {
                    await withTaskGroup(of: [Flow.Tokens].self) { group in
                        for _ in 0..<4 { group.addTask { await Self.flows(client) } }
                        return await group.reduce(into: []) { $0 += $1 }
                    }
                }
                for _ in 0..<10 {
                    let before = await redis.processed
                    let isBusy = await eventually { await redis.processed > before + 100 }
                    #expect(isBusy)
                    redis.kill()
                    try await redis.start()
                }
                load.cancel()
                let received = await load.value
                #expect(!received.isEmpty)
                let isBack = await eventually { (try? await Flow(client).logIn()) != nil }
                #expect(isBack)
                for tokens in received {
                    #expect(try await client.callEcho("hi", token: tokens.accessToken).status == 200)
                }
            }
        }
    }

    /// Completes flows one after another until the task is cancelled, and returns their tokens.
    private static func flows(_ client: TestClient) async -> [Flow.Tokens] {
        var received: [Flow.Tokens] = []
        while !Task.isCancelled {
            if let tokens = try? await Flow(client).logIn().redeem() { received.append(tokens) }
        }
        return received
    }

    @Test("A token revoked at one instance is refused by another at once, and its streams there end at a keep-alive")
    func revocationElsewhere() async throws {
        let redis = try await RedisServer.start()
        try await withStore(at: redis.url) { one in
            try await withStore(at: redis.url) { other in
                let name = { (settings: inout Settings) in settings.publicURL = "http://localhost:9003" }
                try await withTestServer(name, store: one) { here, _ in
                    try await withTestServer(name, store: other, keepAlive: .milliseconds(50)) { there, _ in
                        let flow = try await Flow(here).logIn()
                        let tokens = try await Flow(there).token([
                            "grant_type": "authorization_code", "code": flow.code, "code_verifier": Flow.verifier,
                        ])
                        let token = tokens.accessToken
                        let session = try await here.openSession(token: token)
                        #expect(try await there.legacy("ping", session: session, token: token).status == 200)
                        let stream = try await EventReader(
                            there, "GET", "/mcp", TestClient.fields(token: token) + [("Mcp-Session-Id", session)])
                        #expect(await stream.next()?.isComment == true)

                        let form = [
                            ("client_id", flow.credentials.0), ("client_secret", flow.credentials.1),
                            ("token", tokens.refreshToken ?? ""),
                        ]
                        #expect(try await here.post("/revoke", form: form).status == 200)
                        #expect(try await there.callEcho("hi", token: token).status == 401)
                        while await stream.next() != nil {}
                    }
                }
            }
        }
    }

    @Test("What debugging expires, drops and resets at one instance has ended at the other")
    func debuggingElsewhere() async throws {
        let redis = try await RedisServer.start()
        try await withStore(at: redis.url) { one in
            try await withStore(at: redis.url) { other in
                let name = { (settings: inout Settings) in settings.publicURL = "http://localhost:9003" }
                try await withTestServer(name, store: one) { here, _ in
                    try await withTestServer(name, store: other) { there, _ in
                        func debug(_ path: String, _ document: String) async throws -> Int {
                            try await here.send(
                                "POST", "/debug" + path, [("Content-Type", "application/json")], body: document
                            ).status
                        }
                        let machine = ["grant_type": "client_credentials"]
                        let first = try await Flow(there).token(machine).accessToken
                        let second = try await Flow(there).token(machine).accessToken
                        let session = try await there.openSession(token: second)
                        #expect(try await debug("/tokens/expire", #"{"token": "\#(first)"}"#) == 200)
                        #expect(try await there.callEcho("", token: first).status == 401)
                        #expect(try await debug("/sessions/drop", #"{"all": true}"#) == 200)
                        #expect(try await there.legacy("ping", session: session, token: second).status == 404)
                        #expect(try await debug("/reset", "{}") == 200)
                        #expect(try await there.callEcho("", token: second).status == 401)
                    }
                }
            }
        }
    }
}
#endif
