import StaticAuthServer
import TestSupport
import Testing

@Suite("Pages for people")
struct PageTests {
    /// What breaks out of an element, an attribute in either kind of quotes, and a comment.
    private static let markup = "x'\"--><script>alert(1)</script><img src=x onerror=alert(1)>"

    @Test("What a request brings is text on every page, never markup")
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

    private static func expectNoMarkup(in page: String, _ place: String) {
        #expect(!page.contains("<script>") && !page.contains("<img"), "\(place)")
    }
}
