import TestSupport
import Testing

@testable import MCPClient

@Suite("What is shown")
struct ShownTests {
    @Test(
        "The trace leaves secrets out of headers, queries and fragments, however they are spelled", .proves(.l22),
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

    @Test("A server's words move no cursor")
    func controls() {
        #expect("a\tb\n\u{1B}[31mc\u{9B}2J\r".withoutControls == "a\tb\n\u{FFFD}[31mc\u{FFFD}2J\u{FFFD}")
    }
}
