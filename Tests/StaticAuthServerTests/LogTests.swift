import Logging
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
        for format in LineLogHandler.Format.allCases {
            let line = LineLogHandler(format: format) { _ in }.line(.info, "event", ["name": .string(value)])
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F }, "\(line)")
        }
        let line = LineLogHandler(format: .json) { _ in }.line(.info, "event", ["name": .string(value)])
        let name = try JSONParser.parse(Array(line.utf8)).object?["name"]?.string
        #expect(name.map { Array($0.unicodeScalars) } == Array(value.unicodeScalars))
    }

    @Test("A mark at either end of a value does not reach the quotes", arguments: ["\u{301}", "\u{20DD}", "\u{FE0F}"])
    func marks(_ mark: Character) throws {
        for value in ["\(mark)a", "a\(mark)", "\"\(mark)", "a=\(mark)"] {
            let line = LineLogHandler { _ in }.line(.info, "event", ["name": .string(value)])
            let scalars = Array(line.unicodeScalars)
            let start = try #require(scalars.firstIndex(of: "\""))
            #expect(scalars[start + 1].isASCII && scalars.last == "\"", "\(line)")
            #expect(line.last == "\"" && line.contains("=\""), "\(line)")
        }
    }

    @Test("Plain values are written unchanged, others in quotes")
    func plain() {
        let line = LineLogHandler { _ in }
            .line(.warning, "event", ["a": "b/c", "d": "e f", "g": "", "h": "Grüße"])
        #expect(line.hasSuffix("Z warning event a=b/c d=\"e f\" g=\"\" h=\"Grüße\""))
    }

    @Test("What a client sends cannot end a line or steer a terminal, in any form", arguments: hostile)
    func requests(_ code: UInt32) async throws {
        let evil = "a\(String(try #require(Unicode.Scalar(code))))b"
        let message: JSONObject = [
            "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": ["name": .string(evil)],
        ]
        for format in LineLogHandler.Format.allCases {
            let lines = LogLines(format, level: .info)
            try await withTestServer(logger: lines.logger) { client, _ in
                let json = [("Content-Type", "application/json")]
                _ = try await client.send(
                    "POST", "/mcp", json, body: String(decoding: JSONWriter.bytes(of: .object(message)), as: UTF8.self))
                _ = try await client.send(
                    "POST", "/token", [("Content-Type", "application/x-www-form-urlencoded")],
                    body: "grant_type=\(FormCoding.encode(evil))")
            }
            let said = lines.all
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
        for format in LineLogHandler.Format.allCases {
            let log = LogLines(format)
            try await withTestServer(logger: log.logger) { client, _ in
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

    @Test("A request is logged at info, and not above", arguments: LineLogHandler.Format.allCases)
    func levels(_ format: LineLogHandler.Format) async throws {
        for level in Logger.Level.allCases {
            let lines = LogLines(format, level: level)
            try await withTestServer(logger: lines.logger) { client, _ in _ = try await client.get("/callback") }
            #expect(lines.all.contains { $0.contains("/callback") } == (level <= .info))
        }
    }

    @Test("Below its level nothing of an event is built")
    func nothingBuilt() {
        let count = Mutex(0)
        let logger = LogLines(level: .notice).logger
        logger.info(
            "request",
            metadata: [
                "a": .string(
                    count.withLock {
                        $0 += 1; return "b"
                    })
            ])
        #expect(count.withLock(\.self) == 0)
    }

    @Test("Known keys come in their order, any others after them by name, and what is for terminals in none")
    func order() throws {
        let values: Logger.Metadata = [
            "zebra": "1", "apple": "2", "trace_id": "t", "fault": "f", "client": "c", "error": "e", "tool": "o",
            "rpc": "r", "grant": "g", "number": "7", "ms": "0.1", "status": "200", "path": "/p", "method": "GET",
            "event": "login page", "mood": "fine", "advice": ["a"], "link": "http://a",
        ]
        let text = LineLogHandler { _ in }.line(.info, "request", values)
        #expect(
            text.hasSuffix(
                "Z info request method=GET path=/p status=200 ms=0.1 number=7 grant=g rpc=r tool=o error=e client=c "
                    + "fault=f trace_id=t apple=2 zebra=1"), "\(text)")
        let json = LineLogHandler(format: .json) { _ in }.line(.info, "request", values)
        let names = try JSONParser.parse(Array(json.utf8)).object?.members.map(\.name)
        #expect(
            names == [
                "time", "level", "message", "method", "path", "status", "ms", "number", "grant", "rpc", "tool", "error",
                "client", "fault", "trace_id", "apple", "zebra",
            ])
        let terminal = LineLogHandler(format: .terminal) { _ in }.line(.info, "request", values)
        #expect(terminal.contains("GET  /p") && terminal.contains("  #7  apple=2  zebra=1\n"), "\(terminal)")
        #expect(terminal.hasSuffix("\n          a\n          http://a"), "\(terminal)")
    }

    @Test("The metadata of a logger and of its provider are on every line, and give way to those of the event")
    func loggersOwn() {
        let lines = Mutex<[String]>([])
        var logger = Logger(label: "a") { _ in
            LineLogHandler(metadataProvider: .init { ["b": "provider", "c": "provider", "d": "provider"] }) { line in
                lines.withLock { $0.append(line) }
            }
        }
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "logger"
        logger.info("event", metadata: ["a": "event", "c": "event"])
        #expect(lines.withLock { $0.first?.hasSuffix(" info event a=event b=provider c=event d=provider") } == true)
        #expect(logger[metadataKey: "a"] == "logger")
    }

    @Test("Metadata with structure are an object in JSON, and cannot replace the message")
    func structure() throws {
        let line = LineLogHandler(format: .json) { _ in }
            .line(.critical, "event", ["a": ["b": ["c", .stringConvertible(7)]], "message": "other", "time": "never"])
        let object = try #require(JSONParser.parse(Array(line.utf8)).object)
        #expect(object["a"] == ["b": ["c", "7"]])
        #expect(object["message"] == "event" && object["message_"] == "other" && object["time_"] == "never")
        #expect(object["level"] == "critical")
    }

    @Test("A key or a message that an embedder logs cannot end a line either", arguments: hostile)
    func foreign(_ code: UInt32) throws {
        let evil = "a\(String(try #require(Unicode.Scalar(code))))b"
        for format in LineLogHandler.Format.allCases {
            let line = LineLogHandler(format: format) { _ in }.line(.info, evil, [evil: "c"])
            #expect(!line.unicodeScalars.contains { !$0.isLegible }, "\(line)")
        }
    }

    @Test("A logger of the embedder gets a request as flat values, with what only a terminal shows")
    func metadata() async throws {
        let events = Mutex<[LogEvent]>([])
        let logger = Logger(label: "a") { _ in EventCollector { event in events.withLock { $0.append(event) } } }
        try await withTestServer(logger: logger) { client, _ in
            _ = try await client.post("/token", form: [("grant_type", "none")])
        }
        let event = try #require(events.withLock { $0.last { $0.message == "request" } })
        let values = try #require(event.metadata)
        #expect(event.level == .info && event.source == "StaticAuthServer")
        #expect(values["method"] == "POST" && values["path"] == "/token" && values["grant"] == "none")
        #expect(values["number"] == "1" && values["event"] == "token request" && values["mood"] == "failure")
        #expect(values["link"]?.description.hasSuffix("/debug/requests/1") == true)
        if case .array(let advice) = values["advice"] { #expect(!advice.isEmpty) } else { Issue.record("no advice") }
        #expect(events.withLock { $0.contains { $0.message == "refused" && $0.level == .debug } })
    }
}

/// Passes each event on.
private struct EventCollector: LogHandler {
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]
    let take: @Sendable (LogEvent) -> Void

    init(take: @escaping @Sendable (LogEvent) -> Void) { self.take = take }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { take(event) }
}
