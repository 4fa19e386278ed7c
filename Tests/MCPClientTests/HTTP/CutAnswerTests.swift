import Foundation
import MCPCore
import Primitives
import Synchronization
import Testing
import TestSupport

@testable import MCPClient

@Suite("Answers that are cut off", .timeLimit(.minutes(2)))
struct CutAnswerTests {
    /// Ways to cut an event stream after one event, without a reset.
    enum Cut: String, CaseIterable, Sendable {
        case withoutLastChunk, withinChunk, withinLength

        func stream(of event: String) -> String {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            let size = String(event.utf8.count, radix: 16)
            return switch self {
            case .withoutLastChunk: head + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(event)\r\n"
            case .withinChunk: head + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(event)\r\n50\r\ndata"
            case .withinLength: head + "Content-Length: 9999\r\n\r\n\(event)"
            }
        }
    }

    private static func connection(_ server: RawServer, _ bench: Bench, era: EraChoice = .legacy) throws
        -> MCPConnection
    {
        var options = MCPConnection.Options()
        options.era = era
        options.fields = [("Authorization", "Bearer t")]
        let access = try bench.access("\(server.origin)/mcp", agent: nil)
        return MCPConnection(web: bench.web, access: access, store: bench.store, options: options)
    }

    private static let event = "id: 7\nretry: 20\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n"

    @Test("A call whose stream is cut is resumed from its last event", arguments: Cut.allCases)
    func resumed(_ cut: Cut) async throws {
        let id = Mutex("")
        let server = RawServer.legacy { request in
            if request.contains(#""tools/call""#) {
                id.withLock { $0 = RawServer.id(of: request) }
                return cut.stream(of: Self.event)
            }
            guard request.hasPrefix("GET ") else { return nil }
            let result = #"{"content":[{"type":"text","text":"resumed"}]}"#
            let answer = #"data: {"jsonrpc":"2.0","id":\#(id.withLock { $0 }),"result":\#(result)}"# + "\n\n"
            return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n\(answer)"
        }
        defer { server.close() }
        try await Bench.run { bench in
            let connection = try Self.connection(server, bench)
            let answer = try await connection.call("echo")
            #expect(answer.text == "resumed")
            let gets = server.requests.filter { $0.hasPrefix("GET ") }
            #expect(gets.count == 1 && gets[0].lowercased().contains("last-event-id: 7"))
            #expect(server.requests.count { $0.contains(#""tools/call""#) } == 1)
        }
    }

    @Test("Without an event to resume from, the cause is named", arguments: Cut.allCases)
    func named(_ cut: Cut) async throws {
        let server = RawServer.legacy { $0.contains(#""tools/call""#) ? cut.stream(of: ": hello\n\n") : nil }
        defer { server.close() }
        try await Bench.run { bench in
            let connection = try Self.connection(server, bench)
            let error = await failure { _ = try await connection.call("echo") }
            #expect(error?.code == WebClient.closedCode && error?.kind == .network)
            #expect(error?.problem.hasSuffix("/mcp closed the connection before its answer was whole.") == true)
        }
    }

    @Test("A document that is cut, or whose head is too large, is no port of TLS")
    func document() async throws {
        let answers = [
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"a\"",
                "closed the connection before its answer was whole"
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Enc", "closed the connection before its answer was whole"),
            (
                "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 200_000))\r\n\r\n",
                "head of its answer is too large"
            ),
            ("HTTP/1.1 200 OK\r\nX: a\u{1B}[31m\r\n\r\n", "head of its answer is malformed"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\na", "length of its answer is malformed"),
            ("nothing like it\r\n\r\n", "not HTTP"),
        ]
        for (answer, words) in answers {
            let server = RawServer { _ in answer }
            defer { server.close() }
            try await Bench.run { bench in
                let error = await failure { _ = try await bench.web.send(.document(server.origin)) }
                #expect(error?.problem.contains(words) == true, "\(error as Any)")
                #expect(error?.description.contains("TLS") == (words == "not HTTP"))
            }
        }
    }

    @Test("The status of a refusal counts, even when its page is cut or too large")
    func refusal() async throws {
        let pages =
            ["HTTP/1.1 404 Not Found\r\nContent-Length: 500\r\n\r\nnot here"]
            + ["HTTP/1.1 404 Not Found\r\n\r\n\(String(repeating: "not here ", count: 20_000))"]
        for page in pages {
            let server = RawServer { _ in page }
            defer { server.close() }
            try await Bench.run { bench in
                let response = try await bench.web.send(.document(server.origin), limit: 100_000)
                #expect(response.status == 404 && response.body.starts(with: Array("not here".utf8)))
                #expect(response.body.count <= 100_000)
            }
        }
    }

    @Test("A notification that begins a session may be answered by closing, or not at all", arguments: [true, false])
    func confirmation(_ isClosed: Bool) async throws {
        let isOver = Mutex(false)
        let server = RawServer.legacy { request in
            guard request.contains("notifications/initialized") else { return nil }
            while !isClosed && !isOver.withLock({ $0 }) { usleep(10_000) }
            return ""
        }
        defer { server.close() }
        try await Bench.run({ $0.timeout = .seconds(3) }) { bench in
            let connection = try Self.connection(server, bench)
            let (tools, _) = try await connection.tools()
            #expect(tools.map(\.name) == ["echo"])
        }
        isOver.withLock { $0 = true }
    }

    @Test("A probe whose answer is cut leads to a handshake, and a server that refuses that is told by the cut")
    func probe() async throws {
        for hasSessions in [true, false] {
            let server = RawServer.legacy { request in
                if request.contains("server/discover") {
                    return
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"jsonrpc\""
                }
                return hasSessions ? nil : RawServer.json("{}", status: "400 Bad Request")
            }
            defer { server.close() }
            try await Bench.run { bench in
                let connection = try Self.connection(server, bench, era: .automatic)
                guard !hasSessions else {
                    #expect(try await connection.tools().tools.count == 1)
                    return
                }
                #expect(await failure { _ = try await connection.tools() }?.code == WebClient.closedCode)
            }
        }
    }
}
