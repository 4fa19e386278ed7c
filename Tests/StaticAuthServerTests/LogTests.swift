import MCPCore
import Primitives
import StaticAuthServer
import Testing
import TestSupport

@Suite struct LogTests {
    private static let hostile: [UInt32] = [
        0x0A, 0x0D, 0x1B, 0x7F, 0x85, 0x9B, 0x600, 0x200D, 0x2028, 0x202E, 0x2066, 0xFEFF, 0xFFFE, 0xE_0041,
    ]

    @Test("A value cannot end its line, steer a terminal or reorder the text around it", arguments: hostile)
    func legible(_ code: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(code))
        let value = "a\(scalar)\"=b \\"
        for format in Log.Format.allCases {
            let line = Log(format: format) { _ in }.line(.info, "event", ["name": value])
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }, "\(line)")
        }
        let line = Log(format: .json) { _ in }.line(.info, "event", ["name": value])
        let name = try JSONParser.parse(Array(line.utf8)).object?["name"]?.string
        #expect(name.map { Array($0.unicodeScalars) } == Array(value.unicodeScalars))
    }

    @Test("A mark at either end of a value does not reach the quotes", arguments: ["\u{301}", "\u{20DD}", "\u{FE0F}"])
    func marks(_ mark: Character) throws {
        for value in ["\(mark)a", "a\(mark)", "\"\(mark)", "a=\(mark)"] {
            let line = Log { _ in }.line(.info, "event", ["name": value])
            let scalars = Array(line.unicodeScalars)
            let start = try #require(scalars.firstIndex(of: "\""))
            #expect(scalars[start + 1].isASCII && scalars.last == "\"", "\(line)")
            #expect(line.last == "\"" && line.contains("=\""), "\(line)")
        }
    }

    @Test("Plain values are written unchanged, others in quotes")
    func plain() {
        let line = Log { _ in }.line(.warning, "event", ["a": "b/c", "d": "e f", "g": "", "h": "Grüße"])
        #expect(line.hasSuffix("Z warning event a=b/c d=\"e f\" g=\"\" h=\"Grüße\""))
    }
}
