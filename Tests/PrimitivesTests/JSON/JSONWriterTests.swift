import Testing
import TestSupport

@testable import Primitives

@Suite struct JSONWriterTests {
    @Test("Every scalar can be read back, and none breaks the line")
    func scalars() throws {
        let scalars = (0...0x10FFFF as ClosedRange<UInt32>).lazy.filter { $0 < 0x3000 || $0 % 251 == 0 }
            .compactMap(Unicode.Scalar.init)
        var text = ""
        // A letter between the scalars, so that marks do not follow one another.
        for scalar in scalars { text.unicodeScalars.append(contentsOf: [scalar, "x"]) }
        let bytes = JSONWriter.bytes(of: .string(text))
        #expect(!bytes.contains { $0 < 0x20 })
        let written = String(decoding: bytes, as: UTF8.self).unicodeScalars
        #expect(!written.contains("\u{2028}") && !written.contains("\u{2029}"))
        let back = try #require(try JSONParser.parse(bytes).string)
        #expect(back.utf8.elementsEqual(text.utf8))
    }

    @Test(
        "Escapes are short",
        arguments: [
            ("\"\\/", #""\"\\/""#), ("\n\r\t\u{8}\u{1F}", #""\n\r\t\u0008\u001f""#),
            ("a\u{2028}b\u{2029}€", #""a\u2028b\u2029€""#),
        ])
    func escapes(text: String, json: String) { #expect(JSONValue.string(text).text == json) }

    @Test("Numbers from Swift are spelt as JSON")
    func numbers() throws {
        #expect(JSONValue(1_795_226_584.0).text == "1795226584.0")
        #expect(JSONValue(-7).text == "-7")
        #expect(JSONValue(1e300).text == "1e+300")
        #expect(JSONValue(Double.nan).text == "null")
        #expect(JSONValue(-Double.infinity).text == "null")
    }

    @Test("Members are written in order")
    func order() {
        let object: JSONObject = ["b": 1, "a": [true, nil], "c": [:]]
        #expect(JSONValue.object(object).text == #"{"b":1,"a":[true,null],"c":{}}"#)
    }
}
