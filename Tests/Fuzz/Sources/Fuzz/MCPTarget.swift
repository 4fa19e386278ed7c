import Foundation
import Primitives
import Synchronization
@testable import MCPCore

/// Every post of a client with a token gets one well-formed answer per request, of a bounded size.
///
/// The input is header fields, an empty line, and bodies to post in sequence, one per line. A session that one of them
/// opens has the id of thirty-two zeros.
enum MCPTarget: Target {
    static let name = "mcp"

    private static let statuses: Set = [200, 400, 404]
    private static let caller = Caller(subject: "ann", clientID: "app", scopes: ["user"])

    static func feed(_ input: [UInt8]) {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let head = lines.prefix { !$0.isEmpty }
        let headers = headers(head.map { String(decoding: $0, as: UTF8.self) })
        let bodies = lines.dropFirst(head.count + 1).prefix(8).map(Array.init)
        let done = DispatchSemaphore(value: 0)
        Task {
            let server = server()
            for body in bodies {
                guard let reply = try? await server.post(body: body, headers: headers, caller: caller) else {
                    fatalError("broken promise: memory always answers")
                }
                check(reply, to: body)
            }
            server.subscriptions.endAll()
            done.signal()
        }
        done.wait()
    }

    private static func check(_ reply: Reply, to body: [UInt8]) {
        let (status, bytes): (Int, [UInt8])
        switch reply {
        case .json(let body, _): (status, bytes) = (200, body)
        case .refusal(let message, let code): (status, bytes) = (code, message.bytes)
        case .batch(let responses):
            (status, bytes) = (
                200,
                Array("[".utf8) + responses.map(\.bytes).joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
            )
        default: return
        }
        promise(statuses.contains(status), "status \(status) is one of \(statuses)")
        promise(bytes.count <= 4096 + 16 * body.count, "an answer is not much longer than its request")
        promise(bytes.allSatisfy { $0 >= 0x20 }, "an answer fits one line")
        guard let answer = try? JSONParser.parse(bytes) else { fatalError("broken promise: an answer is JSON") }
        let asked = try? JSONParser.parse(body)
        for message in answer.array ?? [answer] {
            promise(message.object?["jsonrpc"] == "2.0", "an answer is JSON-RPC")
            let (result, error) = (message.object?["result"], message.object?["error"])
            promise((result == nil) != (error == nil), "an answer is a result or an error")
            promise(error == nil || error?.object?["code"]?.number?.isInteger == true, "an error has a code")
            let id = message.object?["id"]
            promise(id != nil || error != nil, "a result names its request")
            let ids = (asked?.array ?? asked.map { [$0] } ?? []).map { $0.object?["id"] }
            promise(id == nil || ids.contains(id), "an answer's id is a request's")
        }
    }

    private static func headers(_ lines: [String]) -> TransportHeaders {
        var headers = TransportHeaders()
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let value = parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
            switch parts[0] {
            case "version": headers.protocolVersion.append(value)
            case "method": headers.method.append(value)
            case "name": headers.name.append(value)
            case "session": headers.sessionID.append(value)
            case "json-only": headers.acceptsEventStream = false
            default: headers.parameters.append((parts[0], value))
            }
        }
        return headers
    }

    private static func server() -> MCPServer {
        guard let tools = try? ToolRegistry([Weather()]) else { fatalError("the tool's schema is valid") }
        return MCPServer(
            Environment(
                description: ServerDescription(name: "fuzz", version: "1"), tools: tools,
                policy: Policy(postResponses: .auto), now: { .seconds(1) },
                randomBytes: { [UInt8](repeating: 0, count: $0) }, sha256: { $0 }),
            sessions: MemorySessionStore())
    }
}

/// A tool whose schema uses all supported keywords.
private struct Weather: Tool {
    let name = "weather"
    let description = "Returns its arguments."
    let inputSchema: JSONObject = [
        "type": "object",
        "properties": [
            "city": ["type": "string", "minLength": 1, "maxLength": 20, "x-mcp-header": "City"],
            "days": ["type": "integer", "minimum": 1, "maximum": 9, "x-mcp-header": "Days"],
            "units": ["enum": ["C", "F"]], "tags": ["type": "array", "items": ["type": "string"]],
        ],
        "required": ["city"],
    ]

    func call(_ arguments: JSONObject, context: ToolContext) throws -> JSONObject { arguments }
}
