import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite("Asking for a scope after a refusal")
struct ScopeRuleTests {
    /// Why a client logs in with its base scope although another one was refused to it before.
    enum Reason: CaseIterable {
        case personDenied
        case grantRevoked
        case grantExpired
        case tokenExpired
        case refreshRefused
        case loggedOut
        case scopeUnknown
        case newChallenge
        case withheld
    }

    @Test("A client may log in with its base scope when it has another reason to", arguments: Reason.allCases)
    func otherReason(reason: Reason) async throws {
        try await withReportServer { server, clock in
            let client = LedClient(server)
            if reason == .scopeUnknown { try await server.play(scenario: "step-up") }
            if reason == .withheld { try await server.play(scenario: "step-up-loop") }
            try await client.challenge()
            try await client.discover()
            let tokens = try await client.logIn(1, scope: reason == .withheld ? "user elevated" : "user")
            let isElevated = reason == .scopeUnknown || reason == .withheld
            let refused = try await client.call(isElevated ? "echo" : "get_time", token: tokens.accessToken)
            #expect(refused.status == 403)
            switch reason {
            case .personDenied:
                _ = try await client.authorize(2, scope: "user more").submitLogin(action: "deny")
                _ = try await client.call(token: tokens.accessToken)
                clock.advance(by: .seconds(900))
            case .grantRevoked:
                _ = try await server.debug("/tokens/revoke", ["all": true])
                _ = try await client.call(token: tokens.accessToken)
            case .grantExpired:
                clock.advance(by: .seconds(40 * 86_400))
                _ = try await client.call(token: tokens.accessToken)
            case .tokenExpired: clock.advance(by: .seconds(3600))
            case .refreshRefused:
                _ = try await server.debug("/tokens/revoke", ["all": true])
                _ = try await client.refresh(tokens.refreshToken, expecting: 400)
            case .loggedOut:
                let form = [
                    ("token", tokens.refreshToken ?? ""), ("client_id", client.tokens.credentials.0),
                    ("client_secret", client.tokens.credentials.1),
                ]
                #expect(try await client.http.post("/revoke", form: form).status == 200)
            case .scopeUnknown:
                try await server.play(scenario: nil)
                _ = try await client.authorize(2, scope: "user elevated")
            case .newChallenge:
                try await client.challenge()
                try await client.discover()
            case .withheld: break
            }
            _ = try await client.call(token: client.logIn(3).accessToken)
            #expect(try await server.failed() == [])
            let flows = try await server.get("/debug/flows").json["flows"]?.array?.compactMap(\.object) ?? []
            #expect(!flows.contains { $0["status"] == "broken" }, "\(flows)")
        }
    }

    /// What a client does between a refusal and a login with its base scope, none of which is a reason for it.
    enum Pretext: CaseIterable {
        case none
        case otherCalls
        case discovery
        case refresh
        case refreshAlone
        case refreshAndCall
        case widerRefresh
    }

    @Test("A client that logs in with its base scope for no other reason fails", arguments: Pretext.allCases)
    func noReason(pretext: Pretext) async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            try await client.challenge()
            try await client.discover()
            let tokens = try await client.logIn(1)
            #expect(try await client.call("get_time", token: tokens.accessToken).status == 403)
            switch pretext {
            case .none: break
            case .otherCalls: _ = try await client.call(token: tokens.accessToken)
            case .discovery: try await client.discover()
            case .refresh:
                let next = try await client.refresh(tokens.refreshToken)
                #expect(try await client.call("get_time", token: next.accessToken).status == 403)
            case .refreshAlone: _ = try await client.refresh(tokens.refreshToken)
            case .refreshAndCall:
                let next = try await client.refresh(tokens.refreshToken)
                #expect(try await client.call(token: next.accessToken).status == 200)
            case .widerRefresh:
                _ = try await client.refresh(tokens.refreshToken, ["scope": "user more"], expecting: 400)
            }
            _ = try await client.call(token: client.logIn(2).accessToken)
            #expect(try await server.failed() == ["scope-step-up"])
        }
    }

    @Test("A client that asks for a part of what a 403 names fails, also when its new token lacks a scope again")
    func narrow() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            try await client.challenge()
            try await client.discover()
            _ = try await client.call("get_time", token: client.logIn(1).accessToken)
            #expect(try await client.call("get_time", token: client.logIn(2, scope: "more").accessToken).status == 403)
            #expect(try await server.failed() == ["scope-step-up"])
        }
    }

    @Test("The scopes of a challenge may be left out once they were refused, or where another challenge named none")
    func challengeScopes() async throws {
        try await withReportServer { server, _ in
            let client = LedClient(server)
            try await client.challenge()
            try await client.discover()
            _ = try await client.authorize(1).submitLogin(action: "deny")
            let flow = try await client.authorize(2, ["scope": nil]).logIn()
            _ = try await client.tokens.token(client.form(2, code: flow.code))
            #expect(try await server.failed() == [])
        }
        try await withReportServer { server, _ in
            let client = LedClient(server)
            try await server.play(scenario: "scope-absent")
            try await client.challenge()
            try await server.play(scenario: nil)
            try await client.challenge()
            try await client.discover()
            let flow = try await client.authorize(1, ["scope": nil]).logIn()
            _ = try await client.tokens.token(client.form(1, code: flow.code))
            #expect(try await server.failed() == [])
        }
    }
}
