import Primitives
import MCPCore
import TestSupport
import Testing

@testable import MCPClient

@Suite("What is shown")
struct ShownTests {
    @Test(
        "The trace leaves secrets out of headers, queries and fragments, however they are spelled",
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

    @Test("A text of any number of marks is shown, and costs no more stack than a short one")
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

    @Test("A server's words move no cursor")
    func controls() {
        #expect("a\tb\n\u{1B}[31mc\u{9B}2J\r".withoutControls == "a\tb\n\u{FFFD}[31mc\u{FFFD}2J\u{FFFD}")
    }

    /// Turns the reading direction, hides, covers other lines, is no character.
    private static let odd = ["\u{202E}", "\u{2066}", "\u{200B}", "\u{2028}", "\u{FFFE}", "\u{E0041}", "\u{9B}"]

    @Test("A server's words turn and hide nothing, in errors or results", arguments: odd)
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

    @Test("What is legible stays as it is in a document", arguments: ["Grüße", "日本語", "שלום", "👍🏽", "e\u{301}"])
    func legible(_ text: String) {
        let json = JSONWriter.bytes(of: JSONObject([("text", .string(text))]))
        #expect(json.escapedJSON == json)
    }

    @Test("A beginning says that there is more, and is no longer than its limit")
    func beginning() {
        #expect("abc".printable(3) == "abc" && "abcd".printable(3) == "abc…")
        #expect(String(repeating: "a\u{301}", count: 1 << 20).printable(10).unicodeScalars.count == 11)
    }
}
