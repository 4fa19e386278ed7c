import OAuth
import Primitives
import Testing

@testable import FlowRecorder

@Suite("A secret in any spelling")
struct SecretSpellingTests {
    /// Of the settings, with characters that are spelled in several ways, and some that begin an escape.
    private static let secrets = [
        "Ab3+dEf/7hIjKl+mN0pQ==", "hush hush", "ünter \"hush\"/\\🔑", "hush%2Fhush", "%25%25hush%", "41hush\\n",
    ]

    private static let scanner = SecretScanner(secrets.map { Secret($0) }, clientID: "a client")

    /// Every byte, every second one, or only those that must be, encoded.
    private static func percentEncoded(_ text: String, every: Int, isLower: Bool) -> String {
        text.utf8.enumerated().map { index, byte in
            let isPlain = index % every != 0 && UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
            let digits = String(byte, radix: 16)
            let code = (digits.count == 1 ? "%0" : "%") + (isLower ? digits : digits.uppercased())
            return isPlain ? String(Unicode.Scalar(byte)) : code
        }.joined()
    }

    private static func spellings(of text: String) -> [String] {
        let units = text.utf16.map { "\\u" + String(0x1_0000 + UInt32($0), radix: 16).dropFirst() }
        let json = String(decoding: JSONWriter.bytes(of: .string(text)).dropFirst().dropLast(), as: UTF8.self)
        let encoded = FormCoding.encode(text)
        let percent = [1, 2, 3, 100].flatMap { every in
            [true, false].map { percentEncoded(text, every: every, isLower: $0) }
        }
        return [
            text, encoded, encoded.replacing("%20", with: "+"), encoded.replacing("%2B", with: "+"),
            text.replacing("+", with: " "), text.replacing("+", with: "%20"), json, json.replacing("/", with: "\\/"),
            units.joined(), units.joined().uppercased().replacing("\\U", with: "\\u"), FormCoding.encode(encoded),
            percentEncoded(encoded, every: 1, isLower: true),
            percentEncoded(encoded, every: 1, isLower: true).replacing("%25", with: "%"), Base64.standard.encode(text),
            Base64.standard.encode("\(text)\n"), Base64.url.encode(Array("a client:\(text)".utf8)),
            Base64.standard.encode("a%20client:\(encoded)"),
        ] + percent
    }

    @Test("A secret of the settings is found, and nothing around it is taken", arguments: secrets)
    func configured(secret: String) {
        for spelling in Self.spellings(of: secret) {
            for (before, after) in [("", ""), ("/a?b=", "&c"), ("100%", "%"), ("\\", "\\"), ("%2", "0"), ("%25", "41")]
            {
                let shown = Self.scanner.scanned(before + spelling + after)
                #expect(shown.contains("characters, sha256 "), "\(before)\(spelling)\(after)")
                #expect(!shown.contains("hush") && !shown.contains("7hIjKl"), "\(shown)")
                // The beginning of an escape before it may be taken for a part of it.
                let (first, last) = before == "/a?b=" ? (before, after) : ("", "")
                #expect(shown.hasPrefix(first) && shown.hasSuffix(last), "\(before) \(spelling) \(after): \(shown)")
            }
        }
    }

    @Test("The fingerprint is that of the secret, however it is spelled")
    func fingerprint() {
        let secret = "hush%2Fhush"
        let expected = Redacted(Secret(secret)).text
        for spelling in ["hush%2Fhush", "hush%252Fhush", "%68ush%252Fhush", #"\u0068ush%2Fhush"#] {
            #expect(Self.scanner.scanned("a \(spelling).") == "a \(expected).", "\(spelling)")
        }
    }

    @Test("A token is found, and not the escape before it")
    func tokens() {
        let token = "gaaaaaaaaabbbbbbbbbb-cccccccccc_ddddddddddeee"
        let session = "0123456789abcdef0123456789ABCDEF"
        for secret in [token, session] {
            let shown = Redacted(Secret(secret)).text
            for every in [1, 2, 7] {
                let spelling = Self.percentEncoded(secret, every: every, isLower: every == 2)
                for (before, after) in [("/", "/"), ("%2F", "%2f"), (#"\n"#, #"\""#), ("%3d", "")] {
                    #expect(Self.scanner.scanned(before + spelling + after) == before + shown + after)
                }
            }
            #expect(Self.scanner.scanned("a%3D\(secret)") == "a%3D\(shown)")
            #expect(!Self.scanner.scanned("100%\(secret)").contains(secret.dropFirst(2)))
        }
    }

    @Test("A secret that is joined to a token is hidden with it")
    func joined() {
        let run = String(repeating: "aB3", count: 20)
        let shown = Self.scanner.scanned("x \(run)Ab3+dEf/7hIjKl+mN0pQ== y")
        #expect(shown.hasPrefix("x [") && shown.hasSuffix("] y") && !shown.contains("Kl+"), "\(shown)")
    }

    @Test("Text without secrets stays as it is, and so does its escapes' spelling")
    func others() {
        for text in [
            "", "%", "\\", "%4", "\\u00", "a%20b+c \\n \\u0041 %zz \\ud800 \\ud800\\u0041", "hush hus", "100%25",
        ] {
            #expect(Self.scanner.scanned(text) == text)
        }
    }

    @Test("Where text is cut, a secret that begins before the end is whole")
    func cut() {
        for secret in Self.secrets {
            for spelling in Self.spellings(of: secret) {
                let text = String(repeating: "x ", count: 20) + spelling
                let shown = Redacted(message: text, atMost: 42, Self.scanner).text
                #expect(!shown.contains("hush") && !shown.contains("Kl"), "\(shown)")
            }
        }
    }

    @Test("A value in Base64 of a header field that repeats an argument is searched as the text that it stands for")
    func headerValues() {
        let value = "=?base64?\(Base64.standard.encode("it is hush hush"))?="
        let shown = Redacted(field: "Mcp-Param-Message", value, Self.scanner).text
        #expect(shown == "it is \(Redacted(Secret("hush hush")).text)")
        let other = "=?base64?\(Base64.standard.encode("it is none"))?="
        #expect(Redacted(field: "Mcp-Param-Message", other, Self.scanner).text == other)
    }
}

extension Base64 {
    fileprivate func encode(_ text: String) -> String { encode(Array(text.utf8)) }
}
