import Primitives
import Testing

@Suite struct LegibleTests {
    /// Controls, ends of lines, characters that reorder or hide text, noncharacters.
    private static let codes: [UInt32] = [
        0x00, 0x09, 0x0A, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x34F, 0x600, 0x61C, 0x115F, 0x180E, 0x200B, 0x200D,
        0x200E,
        0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x3164,
        0xFE0F, 0xFEFF, 0xFFA0, 0xFDD0, 0xFFF9, 0xFFFE, 0xFFFF, 0x1_FFFE, 0xE_0001, 0xE_0041, 0xE_0100, 0x10_FFFF,
    ]

    @Test("Characters that steer a terminal, reorder text or are invisible are replaced", arguments: codes)
    func illegible(_ code: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(code))
        #expect(!scalar.isLegible)
        #expect("a\(scalar)b".legible(replacement: "?") == "a?b")
        #expect(("x\(public: "a\(scalar)b")" as SafeText).text == "xa?b")
    }

    @Test(
        "Letters of any language, symbols and marks on letters stay",
        arguments: ["plain text", "Grüße", "日本語", "שלום", "e\u{301}", "नमस्ते", "🇩🇪", "👍🏽", "\u{E000}"])
    func legible(text: String) {
        #expect(text.legible() == text)
        #expect(Array(("\(public: text)" as SafeText).text.unicodeScalars) == Array(text.unicodeScalars))
    }

    @Test("A mark at the start does not combine with the text before")
    func leadingMark() {
        #expect("\u{301}a".legible().unicodeScalars.first == "\u{25CC}")
        let text = ("'\(public: "\u{20DD}a")'" as SafeText).text
        #expect(text.first == "'")
    }

    @Test("Of a flood of marks only the first few stay, and the next character has its own")
    func manyMarks() {
        let flood = "a" + String(repeating: "\u{301}", count: 100) + "b\u{308}"
        #expect(flood.legible().unicodeScalars.count == 7)
        #expect(flood.legible().unicodeScalars.suffix(2).elementsEqual("b\u{308}".unicodeScalars))
    }

    @Test("Line breaks and joiners stay where they are allowed, and no other characters")
    func kept() {
        #expect("a\n\u{202E}\u{200D}".legible(keeping: .lineBreaks) == "a\n\u{FFFD}\u{FFFD}")
        #expect("👨\u{200D}👩\u{202E}".legible(keeping: .joiners) == "👨\u{200D}👩\u{FFFD}")
    }

    @Test("A long value is cut off before the word at the limit, so that no part of a token is left")
    func cut() {
        let long = "word " + String(repeating: "a", count: 400)
        #expect(("token \(public: long)" as SafeText).text == "token word …")
        #expect(("token\(public: String(repeating: "a", count: 301))" as SafeText).text == "token…")
        #expect(("\(public: String(repeating: "a", count: 300))" as SafeText).text.count == 300)
        #expect(("\(public: String(repeating: "é ", count: 200))" as SafeText).text.unicodeScalars.count == 301)
    }
}
