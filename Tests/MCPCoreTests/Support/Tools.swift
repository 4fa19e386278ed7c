import Primitives
import Synchronization

@testable import MCPCore

/// Returns its message.
struct Echo: Tool {
    let name = "echo"
    let title = "Echo"
    let description = "Returns the given message and its length."
    let inputSchema: JSONObject = [
        "type": "object", "properties": ["message": ["type": "string", "description": "Text to return"]],
        "required": ["message"], "additionalProperties": false,
    ]
    let outputSchema: JSONObject? = [
        "type": "object", "properties": ["echo": ["type": "string"], "length": ["type": "integer"]],
        "required": ["echo", "length"],
    ]
    let annotations = ToolAnnotations(readOnlyHint: true, idempotentHint: true, openWorldHint: false)

    func call(_ arguments: JSONObject, context: ToolContext) throws -> JSONObject {
        let message = arguments["message"]?.string ?? ""
        return ["echo": .string(message), "length": JSONValue(message.unicodeScalars.count)]
    }
}

/// Returns the time of the call in seconds.
struct Clock: Tool {
    let name = "clock"
    let description = "The time."
    let inputSchema: JSONObject = ["type": "object", "additionalProperties": false]

    func call(_ arguments: JSONObject, context: ToolContext) throws -> JSONObject {
        ["timestamp": JSONValue(Double(context.now.components.seconds))]
    }
}

/// Runs a closure.
struct Custom: Tool {
    var name = "custom"
    var description = "For one test."
    var inputSchema: JSONObject = ["type": "object"]
    var outputSchema: JSONObject?
    var requiredClientCapabilities: JSONObject = [:]
    var body: @Sendable (JSONObject, ToolContext) async throws -> JSONObject = { arguments, _ in arguments }

    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject {
        try await body(arguments, context)
    }
}

/// A call that the test observes and releases.
final class Gate: Sendable {
    enum Event { case started, finished, cancelled }

    let events: AsyncStream<Event>
    private let report: AsyncStream<Event>.Continuation
    private let opening: AsyncStream<Void>
    private let open: AsyncStream<Void>.Continuation

    init() {
        (events, report) = AsyncStream.makeStream()
        (opening, open) = AsyncStream.makeStream()
    }

    /// The tool whose calls wait here.
    var tool: Custom {
        Custom(name: "slow") { [self] _, context in
            report.yield(.started)
            context.progress(1, total: 2, message: "waiting")
            for await _ in opening { break }
            if Task.isCancelled {
                report.yield(.cancelled)
                throw CancellationError()
            }
            report.yield(.finished)
            return ["done": true]
        }
    }

    func release() { open.yield() }

    /// Waits for the next event, within the test's time limit.
    func next() async -> Event? {
        for await event in events { return event }
        return nil
    }
}

/// Counts calls.
final class Counted: Sendable {
    private let calls = Mutex(0)

    var value: Int { calls.withLock { $0 } }

    func count() -> JSONObject {
        calls.withLock { $0 += 1 }
        return [:]
    }
}
