internal import MCPCore
internal import OAuthServer
internal import Primitives
public import StaticAuthServer
public import Testing

/// The rules for a server as its clients see it, with any store; each case is checked on an empty store.
///
/// `@Test(arguments: FlowConformance.allCases)` checks a server with a store against all of them.
public enum FlowConformance: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case failureSpendsNothing = "A failed attempt spends neither code nor refresh token"
    case redeemsOnce = "Of 64 concurrent redemptions of a code one gets tokens, which the others revoke"
    case refreshesOnce = "Of 64 concurrent refreshes one gets tokens, which the others revoke"
    case replayedCodeRevokes = "A replayed code revokes all tokens issued for it"
    case replayedTokenRevokes = "A replayed refresh token revokes all tokens of its grant"
    case tokensExpire = "Codes and tokens expire at the end of their lifetime, not a second later"
    case sessionsExpire = "Unused sessions expire after half an hour, not a second later"

    /// The rule as a sentence.
    public var testDescription: String { rawValue }

    /// Checks this rule on an empty store; nil for the server's own memory.
    public func check(_ store: (any Store)?) async throws {
        let clock = FixedClock(at: .seconds(4_000_000_000))
        try await withTestServer(store: store, now: clock.now) { client, _ in
            switch self {
            case .failureSpendsNothing: try await failureSpendsNothing(client)
            case .redeemsOnce: try await redeemsOnce(client)
            case .refreshesOnce: try await refreshesOnce(client)
            case .replayedCodeRevokes: try await replayedCodeRevokes(client)
            case .replayedTokenRevokes: try await replayedTokenRevokes(client)
            case .tokensExpire: try await tokensExpire(client, clock)
            case .sessionsExpire: try await sessionsExpire(client, clock)
            }
        }
    }

    private func failureSpendsNothing(_ client: TestClient) async throws {
        let flow = try await Flow(client).logIn()
        let otherVerifier = String(repeating: "a", count: 43)
        _ = try await flow.redeem(["code_verifier": otherVerifier], expecting: 400)
        _ = try await flow.redeem(["redirect_uri": "http://localhost:1/other"], expecting: 400)
        _ = try await flow.redeem(["resource": "https://elsewhere.example"], expecting: 400)
        _ = try await flow.redeem(["client_secret": "wrong"], expecting: 401)
        let tokens = try await flow.redeem()
        _ = try await flow.redeem(["code_verifier": otherVerifier], expecting: 400)
        _ = try await flow.refresh(tokens.refreshToken, ["scope": "user everything"], expecting: 400)
        _ = try await flow.refresh(tokens.refreshToken, ["client_secret": "wrong"], expecting: 401)
        let next = try await flow.refresh(tokens.refreshToken)
        #expect(try await client.status(tokens, next) == [200, 200])
    }

    private func redeemsOnce(_ client: TestClient) async throws {
        let flow = try await Flow(client).logIn()
        try await expectOneWinner(client) {
            try await flow.attempt([
                "grant_type": "authorization_code", "code": flow.code, "code_verifier": Flow.verifier,
            ])
        }
    }

    private func refreshesOnce(_ client: TestClient) async throws {
        let flow = try await Flow(client).logIn()
        let tokens = try await flow.redeem()
        try await expectOneWinner(client) {
            try await flow.attempt(["grant_type": "refresh_token", "refresh_token": tokens.refreshToken])
        }
    }

    private func expectOneWinner(
        _ client: TestClient, attempt: @escaping @Sendable () async throws -> Flow.Tokens
    ) async throws {
        let outcomes = try await withThrowingTaskGroup(of: Flow.Tokens.self) { group in
            for _ in 1...64 { group.addTask { try await attempt() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let winners = outcomes.filter { $0.answer.status == 200 }
        let losers = outcomes.filter { $0.answer.status == 400 && $0.answer.json["error"]?.string == "invalid_grant" }
        #expect(winners.count == 1)
        #expect(losers.count == 63)
        for winner in winners { #expect(try await client.status(winner) == [401]) }
    }

    private func replayedCodeRevokes(_ client: TestClient) async throws {
        let flow = try await Flow(client).logIn()
        let bystander = try await Flow(client).logIn().redeem()
        let first = try await flow.redeem()
        let second = try await flow.refresh(first.refreshToken)
        #expect(try await client.status(first, second, bystander) == [200, 200, 200])
        _ = try await flow.redeem(expecting: 400)
        #expect(try await client.status(first, second, bystander) == [401, 401, 200])
        _ = try await flow.refresh(second.refreshToken, expecting: 400)
    }

    private func replayedTokenRevokes(_ client: TestClient) async throws {
        let flow = try await Flow(client).logIn()
        let first = try await flow.redeem()
        let second = try await flow.refresh(first.refreshToken)
        let third = try await flow.refresh(second.refreshToken)
        #expect(try await client.status(first, second, third) == [200, 200, 200])
        _ = try await flow.refresh(first.refreshToken, expecting: 400)
        #expect(try await client.status(first, second, third) == [401, 401, 401])
        _ = try await flow.refresh(third.refreshToken, expecting: 400)
    }

    private func tokensExpire(_ client: TestClient, _ clock: FixedClock) async throws {
        let (late, inTime) = (try await Flow(client).logIn(), try await Flow(client).logIn())
        clock.advance(by: .seconds(299))
        let tokens = try await inTime.redeem()
        clock.advance(by: .seconds(1))
        _ = try await late.redeem(expecting: 400)

        clock.advance(by: .seconds(3598))
        #expect(try await client.status(tokens) == [200])
        clock.advance(by: .seconds(1))
        #expect(try await client.status(tokens) == [401])

        clock.advance(by: .seconds(2_592_000 - 3601))
        let next = try await inTime.refresh(tokens.refreshToken)
        clock.advance(by: .seconds(2_592_000))
        _ = try await inTime.refresh(next.refreshToken, expecting: 400)
    }

    private func sessionsExpire(_ client: TestClient, _ clock: FixedClock) async throws {
        let token = try await Flow(client).logIn().redeem().accessToken
        let session = try await client.openSession(token: token)
        clock.advance(by: .seconds(1799))
        #expect(try await client.legacy("ping", session: session, token: token).status == 200)
        clock.advance(by: .seconds(1799))
        #expect(try await client.legacy("ping", session: session, token: token).status == 200)
        let other = try await Flow(client).logIn().redeem().accessToken
        clock.advance(by: .seconds(1800))
        #expect(try await client.legacy("ping", session: session, token: other).status == 404)
    }
}

extension TestClient {
    /// The status of a call with each access token.
    fileprivate func status(_ tokens: Flow.Tokens...) async throws -> [Int] {
        var found: [Int] = []
        for each in tokens { found.append(try await callEcho("hello", token: each.accessToken).status) }
        return found
    }
}
