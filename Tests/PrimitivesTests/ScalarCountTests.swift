import Testing

@testable import Primitives

@Suite("The number of Unicode scalars")
struct ScalarCountTests {
    @Test(
        "is that of the decoded text",
        arguments: [
            "", "a", "plain text, longer than a register of the processor is wide, twice and thrice",
            "é", "e\u{301}", "日本語", "👩‍👩‍👧", "\u{0}\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}",
            String(repeating: "aé日👍", count: 1000),
        ])
    func isThatOfDecodedText(text: String) {
        #expect(text.scalarCount == text.unicodeScalars.count)
    }
}
