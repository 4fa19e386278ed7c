import Primitives
import Testing
import TestSupport

@testable import MCPCore

/// Replays a client's side of a conversation and compares the server's side with a file.
///
/// A file has a line for each message sent and, after it, the line received. A `body` that is a string is sent
/// unchanged. Streams that stay open are shown at the end, after the server has ended them.
@Suite(.timeLimit(.minutes(1))) struct ConversationTests {
    @Test(
        "The conversation with a client of each revision stays the same", .proves(.erasWorkSideBySide),
        arguments: ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"])
    func conversation(revision: String) async throws {
        let path = "\(#filePath.dropLast("/ConversationTests.swift".count))/Conversations/\(revision).jsonl"
        let bench = try Bench(policy: Policy(postResponses: .auto))
        var written: [String] = []
        var openStreams: [Answer] = []
        for line in try Golden.lines(of: path) {
            guard !line.isEmpty, let send = try JSONParser.parse(Array(line.utf8))["send"] else { continue }
            let answer = try await Self.send(send, to: bench)
            written.append(line)
            if send["http"] == "GET" || send["body", "method"] == "subscriptions/listen", answer.stream != nil {
                openStreams.append(answer)
                written.append(#"{"stream":\#(openStreams.count)}"#)
            } else {
                written.append(JSONValue.object(["expect": .object(try await Self.describe(answer))]).text)
            }
        }
        bench.server.subscriptions.toolsListChanged()
        bench.server.subscriptions.endAll()
        for (position, answer) in openStreams.enumerated() {
            var object = try await Self.describe(answer)
            object["stream"] = JSONValue(position + 1)
            written.append(JSONValue.object(object).text)
        }
        try Golden.check(written.joined(separator: "\n") + "\n", against: path)
    }

    private static func send(_ send: JSONValue, to bench: Bench) async throws -> Answer {
        var headers = TransportHeaders()
        for (name, value) in send["headers"]?.object?.members ?? [] {
            let value = [value.string ?? ""]
            switch name {
            case "MCP-Protocol-Version": headers.protocolVersion = value
            case "Mcp-Method": headers.method = value
            case "Mcp-Name": headers.name = value
            case "Mcp-Session-Id": headers.sessionID = value
            default: Issue.record("unknown header \(name)")
            }
        }
        switch send["http"] {
        case "GET": return try await bench.get(headers)
        case "DELETE": return try await bench.delete(headers)
        default:
            let body = try #require(send["body"])
            return try await bench.post(text: body.string ?? body.text, headers)
        }
    }

    private static func describe(_ answer: Answer) async throws -> JSONObject {
        var object: JSONObject = ["status": JSONValue(answer.status)]
        if let id = answer.sessionID { object["headers"] = ["Mcp-Session-Id": .string(id)] }
        if let allow = answer.allow { object["headers"] = ["Allow": .string(allow)] }
        object["body"] = answer.json
        if let stream = answer.stream {
            let events = try await answer.events().map { event -> JSONValue in
                switch event {
                case .message(let bytes): return try JSONParser.parse(bytes)
                case .refusal(let message): return try JSONParser.parse(message.bytes)
                case .prime(let id): return ["prime": .string(id)]
                case .heartbeat: return "heartbeat"
                }
            }
            object["events"] = .array(events)
            object["farewell"] = try stream.finalMessage.map { try JSONParser.parse($0) }
        }
        return object
    }
}
