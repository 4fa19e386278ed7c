import MCPCore
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Text for people")
struct ShownTests {
    @Test(
        "The trace redacts secrets in headers, queries and fragments, in any spelling",
        .proves(.clientPrintsNoSecret),
        arguments: [
            ("Authorization", "Bearer s3cret"), ("Authorization", "s3cret"), ("X-Api-Key", "s3cret"),
            ("Cookie", "a=s3cret"), ("X-Auth-Token", "s3cret"), ("Location", "https://a.example/cb?x=1&code=s3cret"),
            ("Location", "https://a.example/cb#access_token=s3cret"), ("Location", "https://a.example/?c%6Fde=s3cret"),
            ("Location", "https://a.example/?x=1#state=s3cret"), ("Location", "https://a.example/?api_KEY=s3cret"),
        ])
    func trace(_ name: String, _ value: String) {
        let lines = Bench.Lines()
        let trace = Trace { lines.add($0) }
        trace.sent(WebRequest(.get, "https://a.example/", fields: [(name, value)]))
        trace.received(WebHead(status: 302, fields: [(name, value)]), from: "https://a.example/")
        #expect(lines.text.contains("<redacted>") && !lines.text.contains("s3cret"), "\(lines.text)")
    }

    @Test("Text with any number of marks is shown, with no more stack than a short one")
    func marks() {
        let url = "https://a.example/" + String(repeating: "#", count: 300_000) + "code=s3cret"
        let shown = Trace.redacted(url: url)
        #expect(shown.hasSuffix("#code=<redacted>") && shown.count == url.count + "<redacted>".count - "s3cret".count)
        #expect(
            Trace.redacted(url: "https://a/?a=1&state=s#b?code=c&token=t#key=k")
                == "https://a/?a=1&state=<redacted>#b?code=c&token=<redacted>#key=<redacted>")
    }

    @Test(
        "A combining mark hides no secret", .proves(.clientPrintsNoSecret),
        arguments: [
            "https://a.example/?x=1&\u{301}y=2&code=s3cret", "https://a.example/?\u{301}x=1&code=s3cret",
            "https://a.example/?x=1#\u{301}y&state=s3cret", "https://a.example/?code=\u{301}s3cret",
        ])
    func combining(_ url: String) {
        #expect(!Trace.redacted(url: url).contains("s3cret"))
        #expect(!url.withoutQuery.contains("s3cret"))
    }

    @Test("A server's text cannot move the cursor")
    func controls() {
        #expect("a\tb\n\u{1B}[31mc\u{9B}2J\r".withoutControls == "a\tb\n\u{FFFD}[31mc\u{FFFD}2J\u{FFFD}")
    }

    /// Characters that reorder, hide or cover other text, and noncharacters.
    private static let odd = ["\u{202E}", "\u{2066}", "\u{200B}", "\u{2028}", "\u{FFFE}", "\u{E0041}", "\u{9B}"]

    @Test("A server's text cannot reorder or hide other text, in errors or results", arguments: odd)
    func turned(_ odd: String) throws {
        let text = "safe\(odd)txet"
        #expect(!text.withoutControls.contains(odd))
        #expect(!text.printable().contains(odd) && text.printable().hasPrefix("safe"))
        let error = RemoteError(["code": 1, "message": .string(text)], status: 200)
        #expect(!"\(error)".contains(odd))
        let document: JSONObject = ["text": .string(text)]
        let json = JSONWriter.bytes(of: document).escapedJSON
        #expect(!String(decoding: json, as: UTF8.self).unicodeScalars.contains(odd.unicodeScalars.first ?? " "))
        #expect(try JSONParser.parse(json).object == document)
    }

    @Test("Legible text in a document is unchanged", arguments: ["Grüße", "日本語", "שלום", "👍🏽", "e\u{301}"])
    func legible(_ text: String) {
        let json = JSONWriter.bytes(of: JSONObject([("text", .string(text))]))
        #expect(json.escapedJSON == json)
    }

    @Test("A shortened text is marked, and no longer than its limit")
    func beginning() {
        #expect("abc".printable(3) == "abc" && "abcd".printable(3) == "abc…")
        #expect(String(repeating: "a\u{301}", count: 1 << 20).printable(10).unicodeScalars.count == 11)
    }
}
