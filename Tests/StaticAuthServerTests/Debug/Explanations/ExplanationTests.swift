import Foundation
import MCPCore
import OAuth
import Primitives
import Testing
import TestSupport

@testable import StaticAuthServer

@Suite("Explanations for refused clients")
struct ExplanationTests {
    private static let groups = [
        ("authorize", Mistake.authorize), ("token", Mistake.token), ("mcp", Mistake.mcp),
        ("forms", Mistake.forms), ("protocols", Mistake.protocols),
    ]

    @Test(
        "Each mistake is answered with the expected value, the received one, and the most probable cause",
        arguments: [0, 1, 2, 3, 4])
    func explained(group: Int) async throws {
        let (name, mistakes) = Self.groups[group]
        var text = ""
        for mistake in mistakes { text += try await Self.rendered(mistake) }
        try Golden.check(text, against: Self.file("\(name).txt"))
    }

    @Test(
        "A client that prefers HTML gets a page with the same explanation",
        arguments: [
            "redirect_uri: another port", "login: a line end after the password", "client_secret: a line end",
            "token: expired", "path: a slash too many",
        ])
    func page(name: String) async throws {
        let mistake = try #require(Self.groups.flatMap(\.1).first { $0.name == name })
        let json = try await mistake.outcome()
        let html = try await mistake.asBrowser.outcome()
        #expect(html.answer.status == json.answer.status)
        #expect(html.answer["Content-Type"]?.hasPrefix("text/html") == true)
        let main = html.answer.body.split(separator: "<main>").last?.split(separator: "</main>").first ?? ""
        let file = "page " + name.replacing(": ", with: ", ") + ".html"
        try Golden.check(Self.normalised(String(main), html.port), against: Self.file(file))
    }

    @Test("Answer, log and journal hold no secret, whatever the mistake", arguments: [0, 1, 2, 3, 4])
    func secrecy(group: Int) async throws {
        for mistake in Self.groups[group].1 {
            for isPage in mistake.isForBrowsers ? [false, true] : [false] {
                let outcome = try await (isPage ? mistake.asBrowser : mistake).outcome()
                let fields = outcome.answer.fields.map { "\($0.name): \($0.value)" }
                let places = [outcome.answer.body, outcome.journal] + fields + outcome.log
                for secret in outcome.secrets {
                    for form in [secret, TestClient.encode(secret), Base64.standard.encode(Array(secret.utf8))] {
                        #expect(!places.contains { $0.contains(form) }, "\(mistake.name): \(form)")
                    }
                }
            }
        }
    }

    @Test("Without debugging only the log has the explanation", arguments: [0, 1, 2, 3, 4])
    func off(group: Int) async throws {
        for mistake in Self.groups[group].1 {
            let (on, off) = (try await mistake.outcome(), try await mistake.outcome(debug: false))
            #expect(off.answer.status == on.answer.status)
            let said =
                off.answer.json.members.map(\.name)
                + (off.answer.json["error"]?.object?["data"]?.object?
                    .members.map(\.name) ?? [])
            let extra = ["expected", "received", "debug_url", "error_uri"]
            #expect(!said.contains(where: extra.contains), "\(mistake.name)")
            if mistake.name != "registration" { #expect(!said.contains("hint"), "\(mistake.name)") }
            for field in off.answer.fields { #expect(!field.value.contains("error_uri"), "\(mistake.name)") }
            #expect(off.answer.json["error_description"] == on.answer.json["error_description"])
            let compared = off.log.filter {
                $0.contains(" refused ") && !$0.contains(#"expected="" received="" hint="""#)
            }
            if on.answer.json["expected"] != nil { #expect(!compared.isEmpty, "\(mistake.name)") }
            for secret in off.secrets { #expect(!off.log.contains { $0.contains(secret) }, "\(mistake.name)") }
        }
    }

    @Test("A description keeps to the characters that RFC 6749 allows", arguments: [0, 1, 2, 3, 4])
    func characters(group: Int) async throws {
        for mistake in Self.groups[group].1 {
            let answer = try await mistake.outcome().answer
            let location = Flow.parameters(of: answer["Location"] ?? "")["error_description"]
            for text in [answer.json["error_description"]?.string, location] {
                for byte in (text ?? "").utf8 {
                    #expect((0x20...0x7E).contains(byte) && byte != 0x22 && byte != 0x5C, "\(mistake.name)")
                }
            }
        }
    }

    @Test("With a debug token the answer only links to the reason, because any client can send the same request")
    func token() async throws {
        try await withTestServer({
            $0.debugToken = Secret("0123456789abcdef")
        }) { client, _ in
            let answer = try await client.post("/token", form: [("grant_type", "x")])
            #expect(answer.json["debug_url"]?.string == "\(client.origin)/debug/requests/1")
            #expect(answer.json["expected"] == nil)
            #expect(answer.json["received"] == nil)
            #expect(answer.json["hint"] == nil)
        }
    }

    @Test("A known path that a scenario has taken away is not called misspelt")
    func takenAway() {
        #expect(PathDiagnosis.explanation(ofUnknown: "/token")?.hint == nil)
        #expect(PathDiagnosis.explanation(ofUnknown: "/Token")?.hint == "Paths are in lower case.")
        #expect(PathDiagnosis.explanation(ofUnknown: "/oauth/token")?.hint?.text.hasPrefix("Did you mean") == true)
    }

    @Test("A request through a proxy does not get the reason")
    func proxy() async throws {
        try await withTestServer { client, _ in
            let answer = try await client.post(
                "/token", form: [("grant_type", "x")], [("X-Forwarded-For", "192.0.2.1")])
            #expect(answer.status == 401)
            #expect(answer.json["expected"] == nil)
        }
    }

    // MARK: - Golden text

    private static func rendered(_ mistake: Mistake) async throws -> String {
        let outcome = try await mistake.outcome()
        let answer = outcome.answer
        var lines = ["# \(mistake.name)", "\(answer.status)"]
        for name in ["Location", "WWW-Authenticate"] { lines += answer.values(name).map { "\(name): \($0)" } }
        lines += members(answer.json)
        if let line = outcome.log.last(where: { $0.contains(" refused ") }), answer["Location"] != nil {
            lines.append("log:" + (line.split(separator: " refused").last ?? ""))
        }
        return normalised(lines.joined(separator: "\n"), outcome.port) + "\n\n"
    }

    private static func members(_ object: JSONObject, _ indent: String = "  ") -> [String] {
        object.members.flatMap { name, value -> [String] in
            guard let inner = value.object else {
                return ["\(indent)\(name): \(String(decoding: JSONWriter.bytes(of: value), as: UTF8.self))"]
            }
            return ["\(indent)\(name):"] + members(inner, indent + "  ")
        }
    }

    private static func normalised(_ text: String, _ port: Int) -> String {
        text.replacing(":\(port)", with: ":PORT").replacing("%3A\(port)", with: "%3APORT")
            .replacing(/fingerprint [0-9a-f]{12}/, with: "fingerprint …")
    }

    private static func file(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)").path(
            percentEncoded: false)
    }
}

extension Mistake {
    /// The same mistake, with a browser's `Accept`.
    fileprivate var asBrowser: Mistake {
        Mistake(name, settings) { stage in
            var stage = stage
            stage.client.accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            return try await make(stage)
        }
    }

    /// Whether it can be made with a browser's `Accept`; opening a session cannot.
    fileprivate var isForBrowsers: Bool {
        !["headers", "body", "arguments", "session", "GET", "DELETE", "token: the id of a session"].contains {
            name.hasPrefix($0)
        }
    }
}
