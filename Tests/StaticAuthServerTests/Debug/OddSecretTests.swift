import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Testing
import TestSupport

/// Secrets of unusual form, which can be recognized only by their names.
@Suite("A secret of any form is redacted by its name")
struct OddSecretTests {
    /// Too short for a token, with characters that tokens do not have, or padded.
    private static let secrets = ["hush-7", "a+b/c==hush", "hush hush", "ünter-hush", "hush%hush", "731294506"]

    private static let names = [
        "code", "code_verifier", "code_challenge", "client_secret", "password", "token", "access_token",
        "refresh_token", "id_token", "state", "client_assertion", "api_key", "x",
    ]

    /// The same name in the spellings of different clients.
    private static func spellings(of name: String) -> [String] {
        [
            name, name.uppercased(), name.prefix(1).uppercased() + name.dropFirst(), name + "[]", " " + name,
            "%" + String(name.utf8.first ?? 0, radix: 16) + name.dropFirst(),
        ]
    }

    @Test("In a query, a form, a document, a header field, or a URL within one of them", arguments: secrets)
    func everywhere(secret: String) async throws {
        let log = LogLines()
        try await withTestServer(logger: log.logger) { client, _ in
            let encoded = TestClient.encode(secret)
            for name in Self.names {
                for spelling in Self.spellings(of: name) {
                    try await sendParameters(client, spelling, encoded)
                    try await sendDocuments(client, spelling, secret)
                }
                // The capacity of the journal is limited.
                try await look(client, log, for: [secret, encoded])
            }
            try await sendURLs(client, encoded)
            try await sendOthers(client, secret, encoded)
            try await look(client, log, for: [secret, encoded])
        }
    }

    @Test("A configured secret whose + was not encoded is found with a space in its place")
    func plusAsSpace() async throws {
        let secret = "Ab3+dEf/7hIjKl+mN0pQ=="
        let log = LogLines(.terminal)
        try await withTestServer({ $0.clientSecret = Secret(secret) }, logger: log.logger) { client, _ in
            for form in ["client_id=\(secret)", "scope=\(secret)", "username=\(secret)"] {
                _ = try await client.get("/authorize?response_type=code&\(form)")
                let answer = try await client.send(
                    "POST", "/token", [("Content-Type", "application/x-www-form-urlencoded")],
                    body: "grant_type=client_credentials&\(form)")
                #expect(answer.body.contains("changed places") == form.hasPrefix("client_id"))
            }
            try await look(client, log, for: [secret, secret.replacing("+", with: " ")])
            #expect(!(try await client.get("/debug/flows/1?format=curl").body.contains("7hIjKl")))
        }
    }

    private func sendParameters(_ client: TestClient, _ name: String, _ encoded: String) async throws {
        let pair = "\(name.replacing(" ", with: "+"))=\(encoded)"
        for path in ["/authorize", "/callback", "/nothing"] {
            _ = try await client.get("\(path)?\(pair)&response_type=code&\(pair)")
        }
        for form in ["grant_type=authorization_code&\(pair)", "grant_type=refresh_token&\(pair)&\(pair)"] {
            for path in ["/token", "/login?a=b", "/register"] {
                _ = try await client.send(
                    "POST", path, [("Content-Type", "application/x-www-form-urlencoded")], body: form)
            }
        }
    }

    private func sendDocuments(_ client: TestClient, _ name: String, _ secret: String) async throws {
        let value = Int(secret).map { JSONValue($0) } ?? .string(secret)
        for document in [[name: value], ["a": [name: value]], ["a": [[name: [value]]]]] as [JSONObject] {
            let text = String(decoding: JSONWriter.bytes(of: document), as: UTF8.self)
            for path in ["/register", "/token"] {
                _ = try await client.send("POST", path, [("Content-Type", "application/json")], body: text)
            }
        }
    }

    /// URLs with the secret in the fragment, the query or the user information.
    private func sendURLs(_ client: TestClient, _ encoded: String) async throws {
        let urls = [
            "http://localhost:3031/callback#\(encoded)", "http://localhost:3031/callback?a=b#access_token=\(encoded)",
            "http://localhost:3031/callback?code=\(encoded)", "http://localhost:3031/callback?\(encoded)",
            "http://user:\(encoded)@localhost:3031/callback", "http://\(encoded)@localhost/",
            "http://localhost/?\u{301}code=\(encoded)", "http://localhost/#\u{301}\(encoded)",
            "http://localhost/a?b?code=\(encoded)#c#\(encoded)",
        ]
        for url in urls {
            _ = try await client.get("/nothing", [("Referer", url)])
            for name in ["redirect_uri", "resource"] {
                let pair = "\(name)=\(TestClient.encode(url))"
                _ = try await client.get("/authorize?response_type=code&client_id=static-mcp-client-001&\(pair)")
                _ = try await client.post(
                    "/token", form: [("grant_type", "authorization_code"), (name, url), ("client_id", "x")])
            }
        }
    }

    private func sendOthers(_ client: TestClient, _ secret: String, _ encoded: String) async throws {
        let boundary = "--b\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n\(secret)\r\n--b--\r\n"
        let types = ["multipart/form-data; boundary=b", "text/plain", "application/octet-stream", "application/xml"]
        for type in types {
            for path in ["/token", "/login?a=b", "/introspect"] {
                _ = try await client.send("POST", path, [("Content-Type", type)], body: boundary)
            }
        }
        for value in [secret, encoded] {
            for (name, text) in [
                ("Cookie", "session=\(value)"), ("Authorization", "Bearer \(value)"), ("Authorization", value),
                ("Authorization", "Hush \(value)"), ("Proxy-Authorization", "Basic \(value)"), ("X-Api-Key", value),
                ("Mcp-Session-Id", value), ("X-Auth-Token", value), ("DPoP", value), ("Api-Key", value),
                ("AUTHORIZATION", "bEaReR \(value)"), ("cookie", value), ("Set-Cookie", value),
            ] {
                for path in ["/mcp", "/nothing", "/token"] { _ = try await client.get(path, [(name, text)]) }
            }
        }
        let tag = Base64.standard.encode(Array("static-mcp-client-001:\(secret)".utf8))
        _ = try await client.post("/token", form: [("grant_type", "x")], [("Authorization", "Basic \(tag)")])
    }

    private func look(_ client: TestClient, _ log: LogLines, for hidden: [String]) async throws {
        var texts = [("the log", log.all.joined(separator: "\n"))]
        let flows = try await client.get("/debug/flows").json["flows"]?.array ?? []
        let ids = flows.compactMap { $0.object?["id"]?.number?.intValue }
        let paths =
            [
                "/debug/requests", "/debug/requests?format=har", "/debug/requests?format=ndjson", "/debug/flows",
                "/debug/report", "/debug/report?format=text", "/debug/report?format=junit", "/metrics",
            ] + ids.flatMap { ["/debug/flows/\($0)", "/debug/flows/\($0)?format=markdown"] }
        for path in paths {
            let answer = try await client.get(path)
            #expect(answer.status == 200, "\(path)")
            texts.append((path, answer.body))
        }
        let last = try await client.requests("?limit=60").compactMap { $0["id"]?.number?.intValue }
        for id in last {
            texts.append(("page \(id)", try await client.get("/debug/requests/\(id)", [("Accept", "text/html")]).body))
        }
        for (place, text) in texts {
            for secret in hidden {
                let found = text.firstRange(of: secret)
                #expect(found == nil, "\(place): \(found.map { text[$0.lowerBound...].prefix(60) } ?? "")")
            }
        }
    }
}
