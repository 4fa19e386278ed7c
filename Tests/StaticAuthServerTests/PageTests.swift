import Foundation
import StaticAuthServer
import Testing
import TestSupport

@Suite("Pages for people")
struct PageTests {
    /// Text that breaks out of an element, a quoted attribute, and a comment.
    private static let markup = "x'\"--><script>alert(1)</script><img src=x onerror=alert(1)>"

    @Test("The command of the callback page that redeems the code sends resource, as MCP requires")
    func redemption() async throws {
        try await withTestServer { client, _ in
            let page = try await client.get("/callback?code=abc&state=x")
            #expect(page.body.contains("resource=\(client.origin)/mcp"))
        }
    }

    @Test("Values of a request are text on every page, never markup")
    func onlyText() async throws {
        try await withTestServer { client, _ in
            let markup = Self.markup
            let parameters = TestClient.encode([
                ("client_id", markup), ("redirect_uri", markup), ("code", markup), ("state", markup), ("iss", markup),
                ("scope", markup), ("error", markup), ("error_description", markup),
            ])
            let request = Flow(client, ["state": markup, "redirect_uri": "http://localhost:1/\(markup)"]).request
            let login = "/login?\(TestClient.encode(Flow(client, ["state": markup]).request))"
            for path in [
                "/authorize?\(parameters)", "/login?\(parameters)", "/login?\(TestClient.encode(request))",
                "/callback?\(parameters)", "/\(TestClient.encode([("path", markup)]))", login,
            ] {
                let answer = try await client.get(path, [("Accept", "text/html")])
                Self.expectNoMarkup(in: answer.body, path)
            }
            let wrong = try await client.post(login, form: [("username", markup), ("password", markup)])
            #expect(wrong.status == 403)
            Self.expectNoMarkup(in: wrong.body, "a refused login")
            #expect(wrong.body.contains("&lt;script&gt;"), "the page shows the name that was tried")
        }
    }

    @Test(
        "The script and the style sheets are the files of the sources",
        arguments: [
            ("/debug/timeline.js", "Debug/Timeline/timeline.js", "", ""),
            ("/debug", "Debug/Timeline/timeline.css", "<style>", "</style>"),
            ("/callback", "HTTP/page.css", "<style>", "</style>"),
        ])
    func embeddedFiles(path: String, file: String, before: String, after: String) async throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let place = tests.appending(path: "../../Sources/StaticAuthServer/\(file)")
        let text = try String(contentsOf: place, encoding: .utf8)
        try await withTestServer { client, _ in
            let answer = try await client.get(path, [("Accept", "text/html")])
            #expect(text.last == "\n")
            #expect(answer.body.contains(before + text.dropLast() + after))
            if before.isEmpty { #expect(answer.body == text.dropLast()) }
        }
    }

    private static func expectNoMarkup(in page: String, _ place: String) {
        #expect(!page.contains("<script>") && !page.contains("<img"), "\(place)")
    }
}
