import OAuth
import OAuthServer
import Primitives
import StaticAuthServer
import TestSupport

extension Mistake {
    private static func secret(_ name: String, _ secret: String) -> Mistake {
        Mistake("client_secret: \(name)") {
            try await $0.token(["grant_type": "client_credentials", "client_secret": secret])
        }
    }

    private static func verifier(_ name: String, _ verifier: String) -> Mistake {
        Mistake("code_verifier: \(name)") { try await $0.redeem($0.loggedIn(), ["code_verifier": verifier]) }
    }

    private static let unknown = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    /// Mistakes at the token endpoint.
    static let token: [Mistake] = [
        Mistake("body: JSON") {
            try await $0.client.send(
                "POST", "/token", [("Content-Type", "application/json")],
                body: #"{"grant_type":"client_credentials","client_secret":"\#(Stage.clientSecret)"}"#)
        },
        Mistake("body: a form that does not say so") {
            try await $0.client.send("POST", "/token", body: "grant_type=client_credentials")
        },
        Mistake("body: parameters in the URL") {
            try await $0.client.post("/token?grant_type=client_credentials", form: [])
        },
        Mistake("body: a token in the URL, and a wrong secret") {
            try await $0.client.post(
                "/revoke?token=abc", form: [], [("Authorization", $0.basic(Stage.clientID, "wrong"))])
        },
        Mistake("body: a percent sign that is not encoded") {
            try await $0.client.send(
                "POST", "/token", [("Content-Type", "application/x-www-form-urlencoded")],
                body: "grant_type=client_credentials&client_secret=\(Stage.clientSecret)")
        },
        Mistake("grant_type: misspelt") { try await $0.token(["grant_type": "authorisation_code"]) },
        Mistake("grant_type: shortened") { try await $0.token(["grant_type": "refresh"]) },
        Mistake("grant_type: behind a second question mark") {
            try await $0.client.send(
                "POST", "/token", [("Content-Type", "application/x-www-form-urlencoded")],
                body: "tenant=acme?grant_type=client_credentials&client_id=\(Stage.clientID)")
        },
        Mistake("grant_type: removed") { try await $0.token(["grant_type": "password"]) },
        Mistake("grant_type: missing, under another name") { try await $0.token(["grantType": "authorization_code"]) },
        Mistake("code: missing") { try await $0.redeem($0.flow(), ["code": nil]) },
        Mistake("code: twice") {
            try await $0.client.post(
                "/token", form: [("grant_type", "authorization_code"), ("code", "a"), ("code", "a")])
        },
        secret("a line end", Stage.clientSecret + "\n"),
        secret("quotation marks", "\"\(Stage.clientSecret)\""),
        secret("encoded twice", TestClient.encode(Stage.clientSecret)),
        secret("Base64 of it", Base64.standard.encode(Array(Stage.clientSecret.utf8))),
        secret("the default one", "your-secret-key-change-this-in-production"),
        secret("the client_id", Stage.clientID),
        secret("a placeholder", "${CLIENT_SECRET}"),
        secret("something else", "something-else"),
        Mistake("client: another id in the header") { try await $0.token(authorization: $0.basic("other", "x")) },
        Mistake("client: id and secret have changed places") {
            try await $0.token(authorization: $0.basic(Stage.clientSecret, Stage.clientID))
        },
        Mistake("client: credentials that are no text") { try await $0.token(authorization: "Basic /zr/") },
        Mistake("client: credentials that are no Base64") { try await $0.token(authorization: "Basic a:b") },
        Mistake("client: a bearer token") { try await $0.token(authorization: "Bearer abc") },
        Mistake("client: the scheme Token") { try await $0.token(authorization: "Token abc") },
        Mistake("client: a colon after Basic") {
            try await $0.token(authorization: $0.basic(Stage.clientID, "x").replacing("Basic", with: "Basic:"))
        },
        Mistake("client: a colon in the id that is not encoded", { $0.clientID = "app@example:1" }) {
            let credentials = Base64.standard.encode(Array("app@example:1:\(Stage.clientSecret)".utf8))
            return try await $0.token(authorization: "Basic \(credentials)")
        },
        Mistake("client: both methods") {
            try await $0.token(
                ["grant_type": "client_credentials"], [("Authorization", $0.basic(Stage.clientID, Stage.clientSecret))])
        },
        Mistake("client: no credentials") {
            try await $0.token(["grant_type": "client_credentials", "client_id": nil, "client_secret": nil])
        },
        Mistake("client: only the id") {
            try await $0.token(["grant_type": "client_credentials", "client_secret": nil])
        },
        Mistake("client: body where the header is asked for", { $0.tokenAuth = .basic }) {
            try await $0.token(["grant_type": "client_credentials"])
        },
        Mistake("client: header where the body is asked for", { $0.tokenAuth = .post }) {
            try await $0.token(authorization: $0.basic(Stage.clientID, Stage.clientSecret))
        },
        Mistake("client: public, and wants to act for itself", { $0.tokenAuth = .none }) {
            try await $0.token(["grant_type": "client_credentials", "client_secret": nil])
        },
        Mistake("client: too many attempts") { stage in
            for _ in 0..<10 {
                _ = try await stage.token(["grant_type": "client_credentials", "client_secret": "x"])
            }
            return try await stage.token(["grant_type": "client_credentials"])
        },
        Mistake("code: from a run before") { try await $0.redeem($0.flow(), ["code": unknown]) },
        Mistake("code: never one of ours") { try await $0.redeem($0.flow(), ["code": "abc"]) },
        Mistake("code: an access token") { try await $0.redeem($0.flow(), ["code": $0.tokens().accessToken]) },
        Mistake("code: expired", { $0.codeTTL = .seconds(60) }) {
            let flow = try await $0.loggedIn()
            $0.clock.advance(by: .seconds(72))
            return try await $0.redeem(flow)
        },
        Mistake("code: used") {
            let flow = try await $0.loggedIn()
            _ = try await $0.redeemed(flow)
            $0.clock.advance(by: .milliseconds(2100))
            return try await $0.redeem(flow)
        },
        Mistake("Content-Type twice") {
            try await $0.client.send(
                "POST", "/token",
                [("Content-Type", "text/plain"), ("Content-Type", "application/x-www-form-urlencoded")],
                body: "grant_type=client_credentials")
        },
        Mistake("redirect_uri: another port, with a code that was used") {
            let flow = try await $0.loggedIn()
            _ = try await $0.redeemed(flow)
            return try await $0.redeem(flow, ["redirect_uri": "http://localhost:3032/callback"])
        },
        Mistake("code: expired, with the verifier of another flow", { $0.codeTTL = .seconds(60) }) {
            _ = try await $0.client.get($0.flow().target)
            let other = CodeVerifier(Secret(unknown)).map { CodeChallenge(of: $0).value } ?? ""
            let flow = try await $0.loggedIn(["code_challenge": other])
            $0.clock.advance(by: .seconds(72))
            return try await $0.redeem(flow)
        },
        Mistake("redirect_uri: another port than at the authorization") {
            try await $0.redeem($0.loggedIn(), ["redirect_uri": "http://localhost:3032/callback"])
        },
        Mistake("resource: another than at the authorization") {
            try await $0.redeem($0.loggedIn(), ["resource": "https://mcp.example.com/mcp"])
        },
        verifier("the challenge itself", Flow.challenge),
        verifier("padded", Flow.verifier + "="),
        verifier("standard alphabet", "dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk"),
        verifier("too short", "short"),
        verifier("a line end", Flow.verifier + "\n"),
        verifier("an equals sign within", "key=" + Flow.verifier),
        verifier("other characters", Flow.verifier + "/#"),
        verifier("nobody's", unknown),
        Mistake("code_verifier: bytes hashed in place of text") {
            // The challenge of the 32 bytes that the verifier encodes.
            let bytes = Base64.url.decode(Flow.verifier) ?? []
            let flow = try await $0.loggedIn(["code_challenge": Base64.url.encode(Digest(of: bytes).bytes)])
            return try await $0.redeem(flow)
        },
        Mistake("code_verifier: that of another attempt of the same client") {
            let other = CodeVerifier(Secret(unknown)).map { CodeChallenge(of: $0).value } ?? ""
            _ = try await $0.client.get($0.flow(["code_challenge": other]).target)
            return try await $0.redeem($0.loggedIn(), ["code_verifier": unknown])
        },
        Mistake("code_verifier: that of another flow") {
            _ = try await $0.client.get($0.flow().target)
            let other = CodeVerifier(Secret(unknown)).map { CodeChallenge(of: $0).value } ?? ""
            return try await $0.redeem($0.loggedIn(["code_challenge": other]))
        },
        Mistake("refresh_token: used") {
            let tokens = try await $0.tokens()
            let next = try await $0.flow().refresh(tokens.refreshToken)
            $0.secrets.add(next.accessToken, next.refreshToken)
            $0.clock.advance(by: .seconds(30))
            return try await $0.refresh(tokens.refreshToken)
        },
        Mistake("refresh_token: expired", { $0.refreshTokenTTL = .seconds(600) }) {
            let tokens = try await $0.tokens()
            $0.clock.advance(by: .seconds(780))
            return try await $0.refresh(tokens.refreshToken)
        },
        Mistake("refresh_token: an access token") { try await $0.refresh($0.tokens().accessToken) },
        Mistake("refresh_token: revoked") {
            let tokens = try await $0.tokens()
            let form = [
                ("token", tokens.refreshToken ?? ""), ("client_id", Stage.clientID),
                ("client_secret", Stage.clientSecret),
            ]
            _ = try await $0.client.post("/revoke", form: form)
            return try await $0.refresh(tokens.refreshToken)
        },
        Mistake("refresh_token: more scope than granted", { $0.requireScope = ["echo": "echo"] }) {
            try await $0.refresh($0.tokens().refreshToken, ["scope": "user echo"])
        },
        Mistake("introspection without credentials") {
            try await $0.client.post("/introspect", form: [("token", $0.tokens().accessToken)])
        },
        Mistake("revocation without a token") {
            try await $0.client.post(
                "/revoke", form: [("client_id", Stage.clientID), ("client_secret", Stage.clientSecret)])
        },
    ]
}
