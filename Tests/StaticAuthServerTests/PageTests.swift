import Foundation
import Primitives
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
            ("/debug/timeline.js", "Debug/Timeline/Page/timeline.js", "", ""),
            ("/debug/page.js", "HTTP/page.js", "", ""),
            ("/debug/timeline/timeline.css", "Debug/Timeline/Page/timeline.css", "", ""),
            ("/debug/timeline/actions.js", "Debug/Timeline/Page/actions.js", "", ""),
            ("/debug/timeline/dom.js", "Debug/Timeline/Page/dom.js", "", ""),
            ("/debug/timeline/drawer.js", "Debug/Timeline/Page/drawer.js", "", ""),
            ("/debug/timeline/entry.js", "Debug/Timeline/Page/entry.js", "", ""),
            ("/debug/timeline/flows.js", "Debug/Timeline/Page/flows.js", "", ""),
            ("/debug/timeline/menu.js", "Debug/Timeline/Page/menu.js", "", ""),
            ("/debug/timeline/overview.js", "Debug/Timeline/Page/overview.js", "", ""),
            ("/debug/timeline/presets.js", "Debug/Timeline/Page/presets.js", "", ""),
            ("/debug/timeline/scenarios.js", "Debug/Timeline/Page/scenarios.js", "", ""),
            ("/debug/timeline/server.js", "Debug/Timeline/Page/server.js", "", ""),
            ("/debug/timeline/steps.js", "Debug/Timeline/Page/steps.js", "", ""),
            ("/debug/timeline/strip.js", "Debug/Timeline/Page/strip.js", "", ""),
            ("/debug/timeline/visit.js", "Debug/Timeline/Page/visit.js", "", ""),
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

    @Test("The start page leads to the timeline, the report and the scenarios, and shows the public defaults")
    func home() async throws {
        try await withTestServer { client, _ in
            let page = try await client.get("/").body
            for path in ["/debug", "/debug/report", "/debug/scenarios"] {
                #expect(page.contains("href=\"\(path)\""))
                #expect(
                    try await client.get(path, [("Accept", "text/html")])["Content-Type"]?.hasPrefix("text/html")
                        == true)
            }
            #expect(page.contains("your-secret-key-change-this-in-production") && page.contains("demo_password"))
        }
        try await withTestServer({ $0.setOwnCredentials() }) { client, _ in
            let page = try await client.get("/").body
            #expect(page.contains("the one this server was started with") && !page.contains("demo_password"))
        }
        try await withTestServer({ $0.debug = false }) { client, _ in
            let page = try await client.get("/")
            #expect(!page.body.contains("/debug") && page["Content-Security-Policy"]?.contains("script-src") == false)
        }
        try await withTestServer { client, _ in
            let page = try await client.get("/", [("Via", "1.1 proxy")])
            #expect(!page.body.contains("/debug"), "it would be refused")
        }
    }

    @Test("The start page has a card for each client that the program names, for the address of the request")
    func cards() async throws {
        let cards: @Sendable (String) -> [ClientCard] = { base in
            [
                ClientCard(
                    name: "one", text: "{\"url\": \"\(base)/mcp\"}", notes: ["<b>Put</b> it there."], next: "one --go")
            ]
        }
        try await withTestServer({ $0.clientCards = cards }) { client, _ in
            let page = try await client.get("/").body
            #expect(page.contains("{&quot;url&quot;: &quot;\(client.origin)/mcp&quot;}"))
            #expect(page.contains("&lt;b&gt;Put") && page.contains("Next: <code>one --go</code>"))
        }
    }

    @Test("A program that asks for JSON gets all URLs, each of which answers")
    func index() async throws {
        try await withTestServer { client, _ in
            let answer = try await client.get("/", [("Accept", "application/json")])
            #expect(answer["Content-Type"] == "application/json" && answer["Vary"] == "Accept")
            #expect(answer.json["mcp_url"]?.string == client.origin + "/mcp")
            let groups = ["endpoints", "documents", "debug"].compactMap { answer.json[$0]?.object }
            #expect(groups.count == 3)
            for member in groups.flatMap(\.members) where member.name != "events" {
                let url = try #require(member.value.string)
                #expect(url.hasPrefix(client.origin + "/"))
                #expect(try await client.get(String(url.dropFirst(client.origin.count))).status != 404, "\(url)")
            }
        }
        try await withTestServer({ $0.debug = false }) { client, _ in
            let answer = try await client.get("/", [("Accept", "application/json")])
            #expect(answer.json["debug"] == nil)
        }
    }

    @Test("One click logs the user in whose password is the default; with any other password there is no such button")
    func oneClick() async throws {
        let button = #"<button name="action" value="demo""#
        try await withTestServer { client, _ in
            let path = "/login?\(TestClient.encode(Flow(client).request))"
            let page = try await client.get(path).body
            #expect(page.contains(button) && !page.contains("demo_password"))
            let approve = try #require(page.firstRange(of: "value=\"approve\"")).lowerBound
            let demo = try #require(page.firstRange(of: button)).lowerBound
            #expect(approve < demo, "Enter presses the first button")
            let answer = try await client.post(
                path, form: [("action", "demo"), ("username", "ann"), ("password", "x")])
            #expect(answer.status == 303 && answer["Location"]?.contains("code=") == true)
            let foreign = try await client.post(path, form: [("action", "demo")], [("Origin", "http://localhost:1")])
            #expect(foreign.status == 403)
        }
        try await withTestServer({ $0.setOwnCredentials() }) { client, _ in
            let path = "/login?\(TestClient.encode(Flow(client).request))"
            #expect(try await !client.get(path).body.contains(button))
            let answer = try await client.post(path, form: [("action", "demo")])
            #expect(answer["Location"]?.contains("code=") != true)
        }
    }

    @Test("The page of a request has its body in lines, and leads to its neighbours and its flow")
    func requestPage() async throws {
        try await withTestServer { client, _ in
            for _ in 1...3 {
                _ = try await client.send("POST", "/mcp", [("User-Agent", "x/1")], body: #"{"a":[1,{"b":2}]}"#)
            }
            let page = try await client.get("/debug/requests/2", [("Accept", "text/html")]).body
            for part in ["/debug/requests/1\"", "/debug/requests/3\"", "/debug#flow-1\"", "&quot;a&quot;: [\n    1,"] {
                #expect(page.contains(part), "\(part)")
            }
            let last = try await client.get("/debug/requests/3", [("Accept", "text/html")]).body
            #expect(!last.contains("/debug/requests/4"))
        }
    }

    private static func expectNoMarkup(in page: String, _ place: String) {
        #expect(!page.contains("<script>") && !page.contains("<img"), "\(place)")
    }
}
