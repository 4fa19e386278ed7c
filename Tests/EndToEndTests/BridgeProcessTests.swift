import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("The bridge as a program")
struct BridgeProcessTests {
    /// A bridge with a pipe at each end.
    private struct Running {
        let process: ChildProcess
        let input = Pipe()
        let output = Pipe()

        init(_ client: ClientBinary, _ url: String, _ options: [String] = [], errors: Pipe? = nil) throws {
            process = try client.start(
                ["bridge", url, "--no-login"] + options,
                input: .descriptor(input.fileHandleForReading.fileDescriptor),
                output: .descriptor(output.fileHandleForWriting.fileDescriptor),
                errors: errors.map { .descriptor($0.fileHandleForWriting.fileDescriptor) } ?? .null)
            try input.fileHandleForReading.close()
            try output.fileHandleForWriting.close()
        }

        func say(_ message: JSONObject) throws {
            try input.fileHandleForWriting.write(contentsOf: JSONWriter.bytes(of: message) + [0x0A])
        }

        func ended() async -> Bool {
            await eventually(within: .seconds(20)) { !process.isRunning }
        }
    }

    private static func call(_ id: Int, _ message: String) -> JSONObject {
        [
            "jsonrpc": "2.0", "id": JSONValue(id), "method": "tools/call",
            "params": ["name": "echo", "arguments": ["message": .string(message)]],
        ]
    }

    /// Reads this number of bytes, or everything.
    private static func read(_ pipe: Pipe, upTo count: Int? = nil) async throws -> Data {
        let file = pipe.fileHandleForReading
        return try await blocking { try (count.map(file.read(upToCount:)) ?? file.readToEnd()) ?? Data() }
    }

    private static func with(
        _ body: (ClientBinary, String) async throws -> Void
    ) async throws {
        let (server, ready) = try await Binary.ready()
        let client = try ClientBinary()
        let url = try #require(ready.string("mcp_url"))
        #expect(try await client.logIn(url).code == 0)
        try await body(client, url)
        server.signal(SIGTERM)
        #expect(await server.exitCode() == 0)
    }

    @Test("Each answer is written whole, however many calls run and however slowly the host reads", arguments: [0, 5])
    func whole(_ pause: Int) async throws {
        try await Self.with { client, url in
            let bridge = try Running(client, url)
            let count = 30
            for id in 1...count { try bridge.say(Self.call(id, String(repeating: "\(id % 10)", count: 50_000 + id))) }
            try bridge.input.fileHandleForWriting.close()
            var text = Data()
            while true {
                if pause > 0 { try await Task.sleep(for: .milliseconds(pause)) }
                let piece = try await Self.read(bridge.output, upTo: 30_000)
                if piece.isEmpty { break }
                text += piece
            }
            #expect(await bridge.ended())
            let answers = text.split(separator: 0x0A).map { (try? JSONParser.parse(Array($0)))?.object }
            #expect(answers.count == count)
            for answer in answers {
                let id = try #require(answer?["id"]?.number?.intValue)
                let result = answer?["result"]?.object?["structuredContent"]?.object
                #expect(result?["length"]?.number?.intValue == 50_000 + id)
            }
            #expect(Set(answers.compactMap { $0?["id"]?.number?.intValue }).count == count)
        }
    }

    @Test("A host that closes its pipes, or only its output, ends the bridge")
    func hostGone() async throws {
        try await Self.with { client, url in
            let bridge = try Running(client, url)
            try bridge.output.fileHandleForReading.close()
            try bridge.say(Self.call(1, "x"))
            #expect(await bridge.ended())
            #expect(bridge.process.exitCode == 0)
            try bridge.input.fileHandleForWriting.close()

            let other = try Running(client, url)
            try other.say(Self.call(1, "x"))
            try other.input.fileHandleForWriting.close()
            let text = try await Self.read(other.output)
            #expect((try? JSONParser.parse(Array(text.dropLast())))?.object?["result"] != nil)
            #expect(await other.ended())
            #expect(other.process.exitCode == 0)
        }
    }

    @Test("Ctrl-C ends the bridge even while the host does not read its answers")
    func interrupted() async throws {
        try await Self.with { client, url in
            let bridge = try Running(client, url)
            for id in 1...4 { try bridge.say(Self.call(id, String(repeating: "x", count: 100_000))) }
            try await Task.sleep(for: .seconds(1))
            bridge.process.signal(SIGINT)
            #expect(await bridge.ended())
        }
    }

    @Test("An unread standard error does not block calls")
    func unreadErrors() async throws {
        try await Self.with { client, url in
            let errors = Pipe()
            let bridge = try Running(client, url, ["--trace"], errors: errors)
            for id in 1...10 { try bridge.say(Self.call(id, String(repeating: "x", count: 50_000))) }
            try bridge.input.fileHandleForWriting.close()
            let text = try await Self.read(bridge.output)
            #expect(text.split(separator: 0x0A).count == 10)
            #expect(await bridge.ended())
            withExtendedLifetime(errors) {}
        }
    }

    /// Runs a test with a port that takes connections and answers nothing.
    private static func silent(_ body: (String) async throws -> Void) async throws {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = bind(listener, pointer, length)
                _ = listen(listener, 16)
                _ = getsockname(listener, pointer, &length)
            }
            return UInt16(bigEndian: $0.pointee.sin_port)
        }
        try await body("http://127.0.0.1:\(port)/mcp")
    }

    @Test("A host that has gone ends the bridge, even when it closed its input first and no answer comes")
    func silentHost() async throws {
        try await Self.silent { url in
            let bridge = try Running(try ClientBinary(), url)
            try bridge.say(Self.call(1, "x"))
            try bridge.input.fileHandleForWriting.close()
            try await Task.sleep(for: .seconds(1))
            #expect(bridge.process.isRunning)
            try bridge.output.fileHandleForReading.close()
            #expect(await bridge.ended())
            #expect(bridge.process.exitCode == 0)
        }
    }

    @Test("A bridge that is ended answers the calls under way with an error, and its exit code tells it")
    func endedCalls() async throws {
        try await Self.silent { url in
            let bridge = try Running(try ClientBinary(), url)
            try bridge.say(Self.call(1, "x"))
            try await Task.sleep(for: .seconds(1))
            bridge.process.signal(SIGTERM)
            let text = try await Self.read(bridge.output)
            let answer = (try? JSONParser.parse(Array(text.dropLast())))?.object
            #expect(answer?["id"] == 1 && answer?["error"] != nil)
            #expect(await bridge.ended())
            #expect(bridge.process.exitCode == 130)
        }
    }
}
