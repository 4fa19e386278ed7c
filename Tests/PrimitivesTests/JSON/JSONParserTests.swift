import Testing
import TestSupport

@testable import Primitives

@Suite struct JSONParserTests {
    private func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    @Test(
        "Valid texts are parsed",
        arguments: [
            ("null", .null), (" true ", true), ("\tfalse\r\n", false), ("0", 0),
            ("-0", .number(JSONNumber(spelt: "-0"))),
            ("[]", []), ("[ 1 , [ ] , { } ]", [1, [], [:]]), ("{\"a\":{\"b\":[null]}}", ["a": ["b": [nil]]]),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u20AC\ud83d\uDE80""#, "é€🚀"),
            ("\"héllo 🚀 \u{2028}\"", "héllo 🚀 \u{2028}"), (#""a\u0000b""#, "a\0b"),
        ] as [(String, JSONValue)])
    func valid(text: String, value: JSONValue) throws { #expect(try parse(text) == value) }

    @Test(
        "Numbers keep their spelling",
        arguments: ["1", "-1", "9007199254740993", "1.0", "1.50", "1e5", "1E+5", "12.5e-07", "1e999"])
    func numbers(text: String) throws { #expect(try parse("[\(text)]").text == "[\(text)]") }

    @Test(
        "Anything else is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "01", "-", "1.", ".5", "+1", "1e", "0x1", "NaN", "Infinity", "[1,]",
            "[,1]",
            "[1 2]", "[", "]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "\"",
            "\"abc", "\"\n\"", "\"\u{1}\"", #""\x""#, #""\"#, #""\u12""#, #""\u12G4""#, #""\ud800""#,
            #""\ud800\u0041""#,
            #""\ud800x""#, #""\udc00""#, "1 2", "{} {}", "// c\n1", "'a'", "\u{FEFF}1", "{\"a\":1,\"a\":1}",
            #"{"a":1,"\u0061":2}"#,
        ])
    func invalid(text: String) { #expect(throws: JSONSyntaxError.self) { try parse(text) } }

    @Test(
        "Bytes that are not UTF-8 are refused",
        arguments: [
            [0x80], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF],
            [0x5C, 0x6E, 0xE2, 0x82],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22] + bytes + [0x22]) }
    }

    @Test("Nesting is accepted up to the limit and refused beyond it")
    func depth() throws {
        let limit = JSONParser.depthLimit
        let atLimit = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        #expect(try parse(atLimit).text == atLimit)
        #expect(throws: JSONSyntaxError.self) { try parse("[" + atLimit + "]") }
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(repeating: 0x5B, count: 1 << 20)) }
        #expect(throws: JSONSyntaxError.self) { try parse(String(repeating: "{\"a\":", count: 1 << 17)) }
    }

    /// RFC 8259 §9 allows limits on the content of strings; comparing one takes quadratic time in the consecutive
    /// marks.
    @Test("More consecutive marks than any language uses are refused, in any spelling")
    func marks() throws {
        for mark in ["\u{301}", "\u{F73}", #"\u0316"#] {
            let (most, more) = (String(repeating: mark, count: 30), String(repeating: mark, count: 31))
            #expect(try parse("[\"\(most)\",\"e\(most)a\(most)\",{\"\(most)\":1}]").array?.count == 3)
            for text in ["\"e\(more)\"", "[\"\\n\",\"\\n\(more)\"]", "{\"\(more)\":1}"] {
                #expect(throws: JSONSyntaxError.self, "\(text)") { try parse(text) }
            }
        }
    }

    @Test("Names that only look alike are different members")
    func canonicalEquivalence() throws {
        let object = try #require(try parse("{\"\u{E9}\":1,\"e\u{301}\":2}").object)
        #expect(object.count == 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        // These two are of equal length in bytes as well.
        #expect(try parse("{\"\u{212B}\":1,\"A\u{30A}\":2}").object?["A\u{30A}"] == 2)
    }

    // `String` hashes canonically equivalent texts alike; comparing a body full of such names would take seconds.
    @Test("Lookups of canonically equivalent names are as fast as others")
    func hashOfEquivalents() {
        let marks = ["\u{316}", "\u{300}", "\u{321}", "\u{31B}", "\u{334}", "\u{315}"]
        let names = marks.indices.map { ExactName(text: "a" + (marks[$0...] + marks[..<$0]).joined()) }
        #expect(Set(names.map(\.text)).count == 1)
        #expect(Set(names.map(\.hashValue)).count == names.count)
    }

    @Test("Large objects keep order, find every member and refuse a duplicate")
    func largeObject() throws {
        let members = (0..<5000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let object = try #require(try parse("{\(members)}").object)
        #expect(object.members.map(\.name).last == "k4999")
        #expect(object["k4321"] == 4321)
        #expect(object["k5000"] == nil)
        #expect(throws: JSONSyntaxError.self) { try parse("{\(members),\"k17\":0}") }
        var changed = object
        changed["k10"] = nil
        changed["k11"] = "new"
        #expect(changed.count == 4999)
        #expect(changed["k4999"] == 4999)
        #expect(changed["k11"] == "new")
    }

    // Parsed objects and objects made in memory store their members differently.
    @Test("A parsed object behaves like one made in memory", arguments: [3, 16, 17, 40])
    func readObject(count: Int) throws {
        let members = (0..<count).map { #""k\u00e9\#($0)":{"n":"a\n\#($0)"}"# }
        var read = try #require(try parse("{\(members.joined(separator: ","))}").object)
        var built = JSONObject((0..<count).map { ("k\u{E9}\($0)", ["n": .string("a\n\($0)")]) })
        #expect(read == built && built == read)
        #expect(read["k\u{E9}2"]?.object?["n"] == "a\n2" && read["k2"] == nil && read.count == count)
        for name in ["k\u{E9}1", "new", "k\u{E9}0"] {
            read[name] = name == "k\u{E9}0" ? nil : [1]
            built[name] = name == "k\u{E9}0" ? nil : [1]
        }
        #expect(read == built && read.members.map(\.name) == built.members.map(\.name))
        #expect(JSONWriter.bytes(of: read) == JSONWriter.bytes(of: built))
    }

    @Test(
        "A name that occurs twice is refused in any spelling, with the place of the second",
        arguments: [0, 15, 16, 30])
    func repeatedName(earlier: Int) throws {
        let members = (0..<earlier).map { #""k\#($0)":[],"# }.joined()
        for (first, second) in [(#""a""#, #""a""#), (#""a""#, #""\u0061""#), (#""\u0061""#, #""a""#)] {
            let text = "{\(members)\(first):{},\(second):1}"
            let error = #expect(throws: JSONSyntaxError.self) { try parse(text) }
            #expect(error?.offset == text.utf8.count - 3 - second.utf8.count)
        }
    }

    @Test("A plain run ends at a character that needs work, at any position")
    func plainText() {
        for (special, length) in [0x00, 0x1F, 0x22, 0x5C, 0xE2].flatMap({ byte in (1...20).map { (UInt8(byte), $0) } })
        {
            for position in 0..<length {
                var text: [UInt8] = (0..<length).map { [0x20, 0x21, 0x7F, 0x80, 0xFF, 0x23][$0 % 6] }
                text[position] = special
                for start in 0...position {
                    let end = text.withUnsafeBufferPointer { PlainRunScanner.end(in: $0, from: start, orAt: 0xE2) }
                    #expect(end == position)
                }
            }
        }
    }

    @Test("Mutated messages are refused, or keep their meaning when written back")
    func fuzz() throws {
        var random = SplitMix(state: 7)
        let seed = Array(
            #"{"jsonrpc":"2.0","id":-1.5e3,"method":"a\u00e9\n\ud83d\ude80é","params":{"x":[true,null,{}],"y":""}}"#
                .utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = seed
            for _ in 0...Int(random.next() % 3) {
                let position = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: position)
                case 2: bytes.insert(bytes[Int(random.next() % UInt64(bytes.count))], at: position)
                default: bytes.removeLast(Int(random.next() % 4))
                }
            }
            guard let value = try? JSONParser.parse(bytes) else { continue }
            accepted += 1
            let written = JSONWriter.bytes(of: value)
            #expect(try JSONParser.parse(written) == value)
            #expect(JSONWriter.bytes(of: try JSONParser.parse(written)) == written)
        }
        #expect(accepted > 1000)
    }
}

/// A small generator with a fixed sequence (Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
