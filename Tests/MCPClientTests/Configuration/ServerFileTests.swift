import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

@testable import MCPClient

@Suite("Files of named servers")
struct ServerFileTests {
    private static func file(_ text: String? = nil) throws -> ServerFile {
        let directory = FileManager.default.temporaryDirectory.appending(path: "servers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let path = directory.appending(path: ".mcp.json")
        if let text { try Data(text.utf8).write(to: path) }
        return ServerFile(path: path.path)
    }

    @Test("A file of another program is read, and everything else in it is preserved")
    func keeps() throws {
        let file = try Self.file(
            #"{"other":[1,2],"mcpServers":{"a":{"type":"http","url":"https://a/mcp","headers":{"X":"${T:-t}"},"oauth":{"clientId":"c","callbackPort":8080},"mine":true},"b":{"command":"x"}}}"#
        )
        let a = try #require(try file.server("a"))
        #expect(try a.url([:]) == "https://a/mcp")
        #expect(try a.headers([:], of: "a").map(\.value) == ["t"])
        #expect(a.clientID == "c" && (try? a.callbackPort()) == 8080)
        #expect(throws: ClientError.self) { try #require(try file.server("b")).url([:]) }
        try file.add("c", try ServerEntry(url: "https://c/mcp", clientID: "d"))
        #expect(try file.remove("b"))
        #expect(!(try file.remove("b")))
        #expect(try file.servers().map(\.name) == ["a", "c"])
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(text.contains("\"other\": [") && text.contains("\"mine\": true"))
        #expect(throws: ClientError.self) { try file.add("a", a) }
    }

    @Test(
        "Variables are expanded once, with their defaults",
        arguments: [
            ("${A}", "1"), ("x${A}y${B:-2}z", "x1y2z"), ("${E:-d}", "d"), ("${A:-d}", "1"), ("${B:-}", ""),
            ("$A {A}", "$A {A}"),
            ("${N}", "${A}"), ("${B:-a:-b}", "a:-b"),
        ])
    func variables(_ text: String, _ expanded: String) throws {
        #expect(try Variables(["A": "1", "E": "", "N": "${A}"]).expand(text) == expanded)
    }

    @Test(
        "An unset variable and an unterminated reference are errors", arguments: ["${B}", "${B", "${}"])
    func unset(_ text: String) {
        #expect(throws: ClientError.self) { try Variables([:]).expand(text) }
    }

    @Test("A project's entry is allowed in its exact form, file and name")
    func allowed() throws {
        let file = try Self.file(#"{"mcpServers":{"a":{"url":"https://a/${T}","headers":{"X":"${U:-u}","Y":"${T}"}}}}"#)
        let other = try Self.file()
        let entry = try #require(try file.server("a"))
        #expect(entry.variables == ["T", "U"])
        let folder = FileManager.default.temporaryDirectory.appending(path: "allowed-\(UUID().uuidString)").path
        let allowed = AllowedEntries(directory: folder)
        #expect(!(try allowed.contains("a", entry, of: file)))
        try allowed.add("a", entry, of: file)
        #expect(try AllowedEntries(directory: folder).contains("a", entry, of: file))
        #expect(!(try allowed.contains("b", entry, of: file)))
        #expect(!(try allowed.contains("a", entry, of: other)))
        for changed in [
            #"{"url":"https://b/${T}"}"#, #"{"url":"https://a/${T}","headers":{"X":"${U:-u}","Y":"${V}"}}"#,
        ] {
            let entry = ServerEntry(try #require(try JSONParser.parse(Array(changed.utf8)).object))
            #expect(!(try allowed.contains("a", entry, of: file)))
        }
        try Data("[]".utf8).write(to: URL(filePath: folder + "/allowed.json"))
        #expect(throws: ClientError.self) { try allowed.contains("a", entry, of: file) }
    }

    @Test(
        "The names in references are found in any form",
        arguments: [
            ("", []), ("${A}", ["A"]), ("${A:-b}${C}x${A}", ["A", "C"]), ("${A", ["A"]), ("${}", [""]), ("$A", []),
            ("${${A}", ["${A"]), ("${A:-${B}}", ["A"]),
        ])
    func names(_ text: String, _ names: [String]) {
        #expect(ServerEntry(["url": .string(text)]).variables == names)
    }

    @Test("A byte order mark before a file is ignored")
    func byteOrderMark() throws {
        #expect(try Self.file("\u{FEFF}{\"mcpServers\":{\"a\":{\"url\":\"https://a\"}}}").server("a") != nil)
    }

    @Test("A secret is not written into a file, but a variable is")
    func secrets() throws {
        #expect(throws: ClientError.self) { try ServerEntry(url: "https://a/mcp?api_key=k") }
        #expect(throws: ClientError.self) {
            try ServerEntry(url: "https://a", headers: [("Authorization", "Bearer k")])
        }
        let entry = try ServerEntry(url: "https://a?api_key=${K}", headers: [("Authorization", "Bearer ${K}")])
        #expect(try entry.url(["K": "k"]) == "https://a?api_key=k")
        #expect(try entry.headers(["K": "k"], of: "a").first?.value == "Bearer k")
        for (name, value) in [("${K}", "x"), ("", "x"), ("a b", "x"), ("X-A", "x\r\nX-B: y"), ("X-A", "\u{0}")] {
            let entry = ServerEntry([
                "url": "http://localhost/", "headers": .object(JSONObject([(name, .string(value))])),
            ])
            let error = #expect(throws: ClientError.self) { try entry.headers(["K": "k"], of: "shop") }
            #expect(error?.kind == .configuration && error?.problem.contains("'shop'") == true)
            #expect(throws: ClientError.self) { try ServerEntry(url: "http://localhost/", headers: [(name, value)]) }
        }
        let odd = ServerEntry(["url": "http://localhost/", "headers": ["X-A": "${K}"]])
        #expect(throws: ClientError.self) { try odd.headers(["K": "a\nb"], of: "shop") }
    }

    @Test(
        "A malformed file is reported, and left unchanged",
        arguments: ["[]", "{", "{\"mcpServers\":[]}", ""])
    func broken(_ text: String) throws {
        let file = try Self.file(text)
        #expect(throws: ClientError.self) { try file.servers() }
        #expect(throws: ClientError.self) { try file.add("a", try ServerEntry(url: "https://a")) }
        #expect(try String(contentsOfFile: file.path, encoding: .utf8) == text)
    }
}
