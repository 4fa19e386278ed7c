public import Primitives

/// Something a model can ask the server to do.
///
/// MCP 2026-07-28, server/tools. A tool is called at the same time for several callers; its arguments fit its input
/// schema when they arrive.
public protocol Tool: Sendable {
    /// The name clients call, 1 to 128 of `A-Z a-z 0-9 _ . -`.
    var name: String { get }
    /// The name people see.
    var title: String { get }
    /// What the tool does, for the model that chooses it.
    var description: String { get }
    /// JSON Schema of the arguments, with `"type": "object"` at its root.
    var inputSchema: JSONObject { get }
    /// JSON Schema of the result.
    var outputSchema: JSONObject? { get }
    /// How the tool behaves.
    var annotations: ToolAnnotations { get }
    /// What a modern client must be able to do before it may call (`{"sampling": {}}`, say).
    var requiredClientCapabilities: JSONObject { get }

    /// Does the work and returns the structured result, which must fit the output schema.
    ///
    /// The task is cancelled when nobody waits for the result any more.
    ///
    /// - Throws: ``ToolFailure`` for what the model should read; any other error is a fault of the server, of which the
    ///   client learns nothing.
    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject
}

extension Tool {
    /// The name itself.
    public var title: String { name }
    /// No promise about the result.
    public var outputSchema: JSONObject? { nil }
    /// Nothing said about the behaviour.
    public var annotations: ToolAnnotations { ToolAnnotations() }
    /// None.
    public var requiredClientCapabilities: JSONObject { [:] }
}

/// Hints about a tool's behaviour; each may be left unsaid.
///
/// MCP 2026-07-28, schema, `ToolAnnotations`. Unsaid means: not read-only, destructive, not idempotent, open world.
public struct ToolAnnotations: Sendable {
    /// The tool changes nothing.
    public let readOnlyHint: Bool?
    /// The tool may destroy something.
    public let destructiveHint: Bool?
    /// A second call with the same arguments changes nothing more.
    public let idempotentHint: Bool?
    /// The tool deals with things outside the server.
    public let openWorldHint: Bool?

    /// Hints.
    public init(
        readOnlyHint: Bool? = nil, destructiveHint: Bool? = nil, idempotentHint: Bool? = nil, openWorldHint: Bool? = nil
    ) {
        self.readOnlyHint = readOnlyHint
        self.destructiveHint = destructiveHint
        self.idempotentHint = idempotentHint
        self.openWorldHint = openWorldHint
    }

    var json: JSONObject {
        var object: JSONObject = [:]
        object["readOnlyHint"] = readOnlyHint.map(JSONValue.bool)
        object["destructiveHint"] = destructiveHint.map(JSONValue.bool)
        object["idempotentHint"] = idempotentHint.map(JSONValue.bool)
        object["openWorldHint"] = openWorldHint.map(JSONValue.bool)
        return object
    }
}

/// Why a tool could not do its work, in words for the model.
public struct ToolFailure: Error {
    /// What the model reads.
    public let text: String
    /// What was compared, for the client's developer; nil: only what is known of every such call.
    public let explanation: Explanation?

    /// A failure that the model reads as the result.
    public init(_ text: String, _ explanation: Explanation? = nil) {
        self.text = text
        self.explanation = explanation
    }
}

/// What a tool knows about the call it serves.
public struct ToolContext: Sendable {
    /// Who calls.
    public let caller: Caller
    /// The server's time at the moment it is asked for.
    public var now: Instant { clock() }
    let clock: @Sendable () -> Instant
    /// Sends progress, when the client asked for it and the answer is a stream.
    let reporter: ProgressReporter?

    /// Tells the client how far the work has come.
    ///
    /// MCP 2026-07-28, basic/patterns/progress. Does nothing when nobody listens, and nothing when `progress` is not
    /// larger than last time: the values on the wire increase strictly.
    public func progress(_ progress: Double, total: Double? = nil, message: String? = nil) {
        reporter?.report(progress, total: total, message: message)
    }
}
