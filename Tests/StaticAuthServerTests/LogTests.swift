import MCPCore
import OAuth
import Primitives
import StaticAuthServer
import Synchronization
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

    @Test("What a client sends cannot end a line or steer a terminal, in any form", arguments: hostile)
    func requests(_ code: UInt32) async throws {
        let evil = "a\(String(try #require(Unicode.Scalar(code))))b"
        let message: JSONObject = [
            "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": ["name": .string(evil)],
        ]
        for format in Log.Format.allCases {
            let lines = Mutex<[String]>([])
            let log = Log(format: format) { line in lines.withLock { $0.append(line) } }
            try await withTestServer(log: log) { client, _ in
                let json = [("Content-Type", "application/json")]
                _ = try await client.send(
                    "POST", "/mcp", json, body: String(decoding: JSONWriter.bytes(of: .object(message)), as: UTF8.self))
                _ = try await client.send(
                    "POST", "/token", [("Content-Type", "application/x-www-form-urlencoded")],
                    body: "grant_type=\(FormCoding.encode(evil))")
            }
            let said = lines.withLock(\.self)
            #expect(said.contains { $0.contains("tools/call") })
            for line in said {
                // At a terminal a refusal has lines of its own.
                let isLegible = { (scalar: Unicode.Scalar) in scalar.isLegible || format == .terminal && scalar == "\n"
                }
                #expect(line.unicodeScalars.allSatisfy(isLegible), "\(line)")
            }
        }
    }

    @Test("Words of a refusal that repeat what a client sent are legible, and have no token", arguments: hostile)
    func refusals(_ code: UInt32) async throws {
        let evil = "a\(String(try #require(Unicode.Scalar(code))))b"
        for format in Log.Format.allCases {
            let log = LogLines(format)
            try await withTestServer(log: log.log) { client, _ in
                let token = try await Flow(client).token(["grant_type": "client_credentials"]).accessToken
                _ = try await client.modern("\(evil) \(token)", token: token)
                _ = try await client.modern("tools/call", ["name": .string("\(evil) \(token)")], token: token)
                _ = try await client.modern(
                    "tools/call", ["name": "echo", "arguments": [evil + " " + token: 1]], token: token)
                for line in log.all {
                    let isLegible = { (scalar: Unicode.Scalar) in
                        scalar.isLegible || format == .terminal && scalar == "\n"
                    }
                    #expect(line.unicodeScalars.allSatisfy(isLegible), "\(line)")
                    #expect(!line.contains(token), "\(line)")
                }
                #expect(log.all.contains { $0.contains("tools/call") })
            }
        }
    }

    @Test("A request is logged at info, and not above", arguments: Log.Format.allCases)
    func levels(_ format: Log.Format) async throws {
        for level in Log.Level.allCases {
            let lines = Mutex<[String]>([])
            let log = Log(level: level, format: format) { line in lines.withLock { $0.append(line) } }
            try await withTestServer(log: log) { client, _ in _ = try await client.get("/callback") }
            #expect(lines.withLock { $0.contains { $0.contains("/callback") } } == (level <= .info))
        }
    }
}
