import OAuth
import OAuthServer
import Primitives
import StaticAuthServer
import TestSupport

extension Mistake {
    /// A body of the token endpoint that is called a form, if no other type is given.
    private static func body(
        _ name: String, _ text: String, type: String? = "application/x-www-form-urlencoded", path: String = "/token"
    ) -> Mistake {
        Mistake("form: \(name)") {
            try await $0.client.send("POST", path, type.map { [("Content-Type", $0)] } ?? [], body: text)
        }
    }

    private static func token(_ name: String, _ form: [String: String?], _ fields: [(String, String)] = []) -> Mistake {
        Mistake(name) {
            try await $0.token(["grant_type": "client_credentials"].merging(form) { $1 }, fields)
        }
    }

    private static func authorize(_ name: String, _ changes: [String: String?]) -> Mistake {
        Mistake(name) { try await $0.authorize(changes) }
    }

    private static func query(_ name: String, _ edit: @escaping @Sendable (String) -> String) -> Mistake {
        Mistake("query: \(name)") {
            let query = $0.flow().target.split(separator: "?", maxSplits: 1)[1]
            return try await $0.client.get("/authorize?" + edit(String(query)), [("Accept", "application/json")])
        }
    }

    private static func login(_ name: String, _ body: String) -> Mistake {
        Mistake("login: \(name)") {
            let path = $0.flow().target.replacing("/authorize", with: "/login")
            let fields = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
            return try await $0.client.send("POST", path, fields, body: body)
        }
    }

    private static let grant = "grant_type=client_credentials"
    private static let json = #"{"grant_type":"client_credentials","client_secret":"\#(Stage.clientSecret)"}"#
    private static let multipart =
        "--x\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nclient_credentials\r\n--x--"

    /// Mistakes in the form of requests and of their credentials.
    static let forms: [Mistake] = [
        body("JSON that is called a form", #"{"grant_type":"client_credentials","client_id":"x"}"#),
        body("JSON with a percent sign that is called a form", json),
        body("JSON that is called text", json, type: "text/plain"),
        body("a form that is called JSON", grant, type: "application/json"),
        body("a form that is called text", grant, type: "text/plain"),
        body("several parts", multipart, type: "multipart/form-data; boundary=x"),
        body("several parts that are called a form", multipart),
        body("quotation marks", "'\(grant)'"),
        body("nothing", ""),
        body("a line end", "\r\n"),
        body("nothing, and no type", "", type: nil),
        body("an ampersand as in HTML", "client_id=x&amp;\(grant)"),
        body("a semicolon", "client_id=x;\(grant)"),
        body("lines", "client_id=x\n\(grant)"),
        body("an encoded ampersand", "client_id=x%26\(grant)"),
        body("all of it encoded", TestClient.encode("client_id=x&\(grant)")),
        body("without a value", "grant_type=&client_id=x"),
        body("in the URL, the others in the body", "client_id=x", path: "/token?" + grant),
        Mistake("form: a token without a value") {
            try await $0.client.post(
                "/introspect", form: [("token", "")], [("Authorization", $0.basic(Stage.clientID, Stage.clientSecret))])
        },
        token(
            "client: names in camel case",
            ["client_id": nil, "client_secret": nil, "clientId": "x", "clientSecret": "y"]),
        token("client: no values", ["client_id": "", "client_secret": ""]),
        token("client: a secret without a value", ["client_secret": ""]),
        token("client: the secret under another name", ["client_secret": nil, "clientSecret": "y"]),
        token("client: the id under another name", ["client_id": nil, "clientId": "x"]),
        token("client: a placeholder as id", ["client_id": "undefined"]),
        token(
            "client: an assertion",
            [
                "client_secret": nil, "client_assertion": "a.b.c",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ]),
        Mistake("client: Basic without an id") { try await $0.token(authorization: $0.basic("", "x")) },
        Mistake("client: Basic without a secret") { try await $0.token(authorization: $0.basic(Stage.clientID, "")) },
        Mistake("client: Basic without anything") { try await $0.token(authorization: "Basic") },
        Mistake("client: Basic twice") { try await $0.token(authorization: "Basic " + $0.basic("a", "b")) },
        Mistake("client: Bearer before credentials") {
            try await $0.token(authorization: $0.basic("a", "b").replacing("Basic", with: "Bearer"))
        },
        Mistake("client: Bearer before an access token") {
            try await $0.token(authorization: "Bearer \($0.tokens().accessToken)")
        },
        Mistake("client: quotation marks") { try await $0.token(authorization: "\"\($0.basic("a", "b"))\"") },
        Mistake("client: no scheme") {
            try await $0.token(authorization: String($0.basic("a", "b").dropFirst("Basic ".count)))
        },
        Mistake("client: no value") { try await $0.token(authorization: "") },
        Mistake("client: too many wrong ids") {
            for _ in 0..<10 { _ = try await $0.token(["grant_type": "client_credentials", "client_id": "other"]) }
            return try await $0.token(["grant_type": "client_credentials", "client_id": "other"])
        },
        Mistake("code: the third time") {
            let flow = try await $0.loggedIn()
            _ = try await $0.redeemed(flow)
            _ = try await $0.redeem(flow)
            $0.clock.advance(by: .seconds(3))
            return try await $0.redeem(flow)
        },
        Mistake("code: cut") { stage in
            let flow = try await stage.loggedIn()
            return try await stage.redeem(flow, ["code": String(flow.code.dropLast(2))])
        },
        Mistake("code: with the state after it") { stage in
            let flow = try await stage.loggedIn()
            return try await stage.redeem(flow, ["code": flow.code + "&state=x"])
        },
        Mistake("refresh token: a character changed") { stage in
            let token = try await stage.tokens().refreshToken ?? ""
            return try await stage.refresh(String(token.dropLast()) + (token.last == "A" ? "B" : "A"))
        },
        Mistake("refresh token: a space before it") { try await $0.refresh(" " + ($0.tokens().refreshToken ?? "")) },
        query("an ampersand as in HTML") { $0.replacing("&", with: "&amp;") },
        query("semicolons") { $0.replacing("&", with: ";") },
        query("all of it encoded", TestClient.encode),
        authorize("client_id: no value", ["client_id": ""]),
        authorize("redirect_uri: no value", ["redirect_uri": ""]),
        authorize("response_type: no value", ["response_type": ""]),
        authorize("code_challenge: no value", ["code_challenge": ""]),
        authorize("code_challenge_method: no value", ["code_challenge_method": ""]),
        authorize(
            "code_challenge_method: in another case", ["code_challenge_method": nil, "Code_Challenge_Method": "S256"]),
        authorize("redirect_uri: a name under localhost, with a dot", ["redirect_uri": "http://a.localhost.:1/"]),
        authorize("redirect_uri: a placeholder", ["redirect_uri": "undefined"]),
        authorize("resource: a path", ["resource": "/mcp"]),
        authorize("resource: quotation marks", ["resource": "\"http://localhost/mcp\""]),
        login("no password", "username=demo_user"),
        login("no user name", "password=x"),
        login("a password without a value", "username=demo_user&password="),
        login("nothing", ""),
        login("JSON", #"{"username":"demo_user","password":"x"}"#),
        login("another case", "Username=demo_user&Password=x"),
        Mistake("login: too many unknown names") { stage in
            func logIn() async throws -> TestClient.Answer {
                try await stage.flow().submitLogin(user: "x", password: "y", [("Accept", "application/json")])
            }
            for _ in 0..<10 { _ = try await logIn() }
            return try await logIn()
        },
    ]
}
