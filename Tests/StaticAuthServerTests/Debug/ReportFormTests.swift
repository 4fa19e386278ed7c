import MCPCore
import Primitives
import Testing
import TestSupport

@testable import FlowRecorder

@Suite("The report for people and for CI")
struct ReportFormTests {
    @Test("Every rule says what to change, and each part of its reference leads to a section that exists")
    func remedies() {
        #expect(Set(Rule.remedies.keys) == Set(Rule.allCases.map(\.id)))
        for rule in Rule.allCases {
            #expect(rule.remedy.hasSuffix("."))
            let parts = RuleReference.all(in: rule.reference)
            #expect(parts.map(\.text).joined(separator: ", ") == rule.reference)
            for part in parts {
                let isKnown = part.url.map(KnownSections.has) == true
                #expect(isKnown, "\(rule.id): \(part.text): \(part.url ?? "no address")")
            }
        }
        let parts = RuleReference.all(
            in: "RFC 6749 §3.2, §4.1, Appendix B, MCP 2025-11-25 Lifecycle, MCP Scope Selection, JSON-RPC 2.0 §5")
        let site = "https://modelcontextprotocol.io/specification/"
        #expect(
            parts.compactMap(\.url) == [
                "https://www.rfc-editor.org/rfc/rfc6749#section-3.2",
                "https://www.rfc-editor.org/rfc/rfc6749#section-4.1",
                "https://www.rfc-editor.org/rfc/rfc6749#appendix-B", "\(site)2025-11-25/basic/lifecycle",
                "\(site)2026-07-28/basic/authorization#scope-selection-strategy",
                "https://www.jsonrpc.org/specification#response_object",
            ])
        for wrong in ["RFC 6749 §10.99", "OAuth 2.1 §99", "RFC 1 §1"] {
            #expect(RuleReference.all(in: wrong).allSatisfy { $0.url.map(KnownSections.has) == false }, "\(wrong)")
        }
    }

    @Test("A browser gets a page: what failed first, with its request, what to change, and the reference")
    func page() async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock, .noState).live()
            let answer = try await client.get("/debug/report", [("Accept", "text/html")])
            #expect(answer["Content-Type"] == "text/html; charset=utf-8" && answer["Report-Failures"] == "1")
            let page = answer.body
            #expect(page.contains("One rule failed."))
            #expect(page.contains("<b>What to change:</b> Send a random state"))
            #expect(page.contains("https://www.rfc-editor.org/rfc/rfc6749#section-10.12"))
            let request = try #require(page.firstMatch(of: #/href="(\/debug\/requests\/\d+)">Request/#)?.1)
            #expect(try await client.get(String(request)).status == 200)
            let failed = try #require(page.firstRange(of: "<code>state-sent</code>"))
            let passed = try #require(page.firstRange(of: "<summary>Passed"))
            #expect(failed.lowerBound < passed.lowerBound)
            // The empty fields of its form select everything.
            let all = try await client.get("/debug/report?client=&flow=&since=&require=&format=html")
            #expect(all.status == 200 && all.body.contains("One rule failed."))
            #expect(try await client.get("/debug/report").json["failed"] == 1, "a program gets JSON")
        }
    }

    @Test("Text of a client is text on the page and in Markdown")
    func onlyText() async throws {
        try await withTestServer { client, _ in
            var client = client
            client.agent = "<img src=x>[evil](http://evil.example)|`x`"
            _ = try await client.send("POST", "/register")
            _ = try await client.get("/authorize?client_id=%3Cimg%3E&redirect_uri=%3Cimg%3E%5Ba%5D(http://b)")
            let page = try await client.get("/debug/report", [("Accept", "text/html")]).body
            #expect(page.contains("&lt;img src=x&gt;") && !page.contains("<img"))
            client.agent = "another/1"
            _ = try await client.send("POST", "/register")
            let markdown = try await client.get("/debug/report?format=markdown").body
            let bare = markdown.replacing(#/\\./#, with: "")
            #expect(!bare.contains("<img") && !bare.contains("[evil]") && !bare.contains("http://evil"))
            #expect(markdown.contains("\\[evil\\]"))
        }
    }

    @Test("Markdown has the failures with what to change, and folds the rest")
    func markdown() async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock, .noState).live()
            let answer = try await client.get("/debug/report?format=markdown")
            #expect(answer["Content-Type"] == "text/markdown; charset=utf-8")
            let text = answer.body
            #expect(text.hasPrefix("## static-auth-server report\n\n**One rule failed.**\n"))
            #expect(text.contains("#### ❌ `state-sent`\n") && text.contains("**What to change:** Send a random state"))
            #expect(text.contains("[RFC 6749 §10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)"))
            let unseen = try #require(try await client.get("/debug/report").verdicts("NOT SEEN").first)
            #expect(text.contains("<details><summary>") && text.contains("\n| NOT SEEN | `\(unseen)` |"))
        }
        try await withTestServer { client, _ in
            let text = try await client.get("/debug/report?format=markdown").body
            #expect(text.contains("**No client was seen.**"))
        }
    }

    @Test("A required rule that no client shows fails, in every form and in each client's part")
    func required() async throws {
        try await withReportServer { client, clock in
            try await SmallClient(client, clock).live()
            let plain = try await client.get("/debug/report")
            #expect(plain["Report-Failures"] == "0")
            let rule = try #require(plain.verdicts("NOT SEEN").first)
            let unseen = try await client.get("/debug/report?require=pkce-s256,\(rule)")
            #expect(unseen["Report-Failures"] == "1" && unseen.verdicts("FAIL") == [rule])
            #expect(unseen.json["failed"] == 1)
            let text = try await client.get("/debug/report?require=\(rule)&format=text").body
            #expect(text.contains("FAIL      \(rule)"))
            #expect(text.contains("          It is required, and no request shows it.\n"))
            let junit = try await client.get("/debug/report?require=\(rule)&format=junit").body
            #expect(junit.contains(#"<failure message="It is required, and no request shows it.">"#))
            #expect(junit.contains(#"failures="1""#))
            let seen = try await client.get("/debug/report?require=pkce-s256,state-sent")
            #expect(seen["Report-Failures"] == "0")
            let unknown = try await client.get("/debug/report?require=pkce-s265")
            #expect(unknown.status == 400 && unknown.json["error"] == "unknown_rule")
            #expect(unknown.json["error_description"]?.string?.contains("Did you mean pkce-s256?") == true)
            #expect(try await client.get("/debug/report?require=,").status == 400)
        }
    }

    @Test("JUnit has a suite for each client, also for a single one, and their sum")
    func suites() async throws {
        let rules = Rule.allCases.count
        try await withTestServer { client, _ in
            var client = client
            client.agent = "one/1"
            _ = try await client.send("POST", "/register")
            let single = try await client.get("/debug/report?format=junit").body
            #expect(single.ranges(of: "<testsuite ").count == 1)
            #expect(
                single.contains(
                    #"<testsuite name="static-auth-server report: one/1 (localhost)" tests="\#(rules)" failures="1""#))
            client.agent = "two/2"
            _ = try await client.send("POST", "/register")
            let both = try await client.get("/debug/report?format=junit").body
            #expect(both.contains(#"<testsuites name="static-auth-server report" tests="\#(2 * rules)" failures="2""#))
            #expect(both.ranges(of: "<testsuite ").count == 2)
        }
        try await withTestServer { client, _ in
            let none = try await client.get("/debug/report?format=junit").body
            #expect(none.contains(#"<testsuite name="static-auth-server report" tests="\#(rules)" failures="0""#))
        }
    }
}
