import OAuth
import Synchronization
import Testing

@testable import FlowRecorder

/// Bytes that count how often each is examined.
private struct CountedBytes: RandomAccessCollection {
    final class Reads: Sendable {
        let value = Atomic(0)
    }

    let bytes: [UInt8]
    let reads = Reads()

    var startIndex: Int { 0 }
    var endIndex: Int { bytes.count }

    subscript(position: Int) -> UInt8 {
        reads.value.add(1, ordering: .relaxed)
        return bytes[position]
    }
}

@Suite("Finding secrets in text")
struct TokenRunTests {
    private static let units = [
        "a.", "a", "aB3~", ".", "~", "abcdef0123456789.", "aA.", "a.b c", "abcdefghijabcdefghijabcdefghijabcdefghij.",
        "0123456789abcdef0123456789abcdef ",
    ]

    @Test("Each byte is examined a few times at most, however long the text", arguments: units)
    func proportion(unit: String) throws {
        for size in [1 << 10, 1 << 16, 1 << 20] {
            let bytes = CountedBytes(bytes: Array(String(repeating: unit, count: size / unit.utf8.count).utf8))
            var runs = TokenRuns()
            var position = 0
            while position < bytes.count { position = runs.endOfSecret(bytes, from: position) ?? position + 1 }
            try #require(bytes.reads.value.load(ordering: .relaxed) <= 6 * bytes.count)
        }
    }

    @Test(
        "Text that looks like a secret is found as a whole, and nothing else is",
        arguments: [
            ("gaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee", true),
            ("gaaaaaaaaabbbbbbbbbbccccccccccddddddddddee", false),
            ("0123456789abcdef0123456789ABCDEF", true), ("0123456789abcdef0123456789ABCDE", false),
            ("0123456789abcdef0123456789abcdeg", false), ("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0NTY3ODkw.c2ln", true),
            ("www.a-rather-long-name.of-some-host.example.org", false),
            ("aaaaaaaaaaaaaaaaaaaa~BBBBBBBBBBBBBBBBBBBB~7", true),
            ("aaaaaaaaaaaaaaaaaaaa~BBBBBBBBBBBBBBBBBBB~77", true),
            ("aaaaaaaaaaaaaaaaaaaa~BBBBBBBBBBBBBBBBBBBB~", false),
        ])
    func forms(text: String, isSecret: Bool) {
        let secrets = SecretScanner([])
        let fingerprint = Redacted(Digest(of: text), length: text.utf8.count).text
        #expect(secrets.scanned(text) == (isSecret ? fingerprint : text))
        #expect(secrets.scanned("a b/\(text) c") == "a b/\(isSecret ? fingerprint : text) c")
        #expect(secrets.scanned("\(text)/\(text)") == (isSecret ? "\(fingerprint)/\(fingerprint)" : "\(text)/\(text)"))
    }

    @Test("A secret after similar text is found")
    func behind() {
        let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0NTY3ODkw.c2ln"
        let text = SecretScanner([]).scanned(
            "host.name.example.org/a.b.c.\(String(repeating: "x", count: 50)) \(token)")
        #expect(!text.contains("xxxx") && !text.contains("eyJ"))
    }
}
