public import Primitives

/// A tool that a model can call.
///
/// MCP 2026-07-28, server/tools. A tool may be called concurrently by several callers; its arguments have been checked
/// against its input schema.
public protocol Tool: Sendable {
    /// The name for clients, 1 to 128 of `A-Z a-z 0-9 _ . -`.
    var name: String { get }
    /// The name for people.
    var title: String { get }
    /// The purpose of the tool, for the model that chooses it.
    var description: String { get }
    /// JSON Schema of the arguments, with `"type": "object"` at its root.
    var inputSchema: JSONObject { get }
    /// JSON Schema of the result.
    var outputSchema: JSONObject? { get }
    /// Hints about the tool's behaviour.
    var annotations: ToolAnnotations { get }
    /// The client capabilities that a call needs, for example `{"sampling": {}}`; for modern clients.
    var requiredClientCapabilities: JSONObject { get }

    /// Does the work and returns the structured result, which must fit the output schema.
    ///
    /// The task is cancelled when the client no longer waits for the result.
    ///
    /// - Throws: ``ToolFailure`` with a text for the model; any other error is an internal error, whose details the
    ///   client does not get.
    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject
}

extension Tool {
    /// The same as ``name``.
    public var title: String { name }
    /// No schema.
    public var outputSchema: JSONObject? { nil }
    /// No hints.
    public var annotations: ToolAnnotations { ToolAnnotations() }
    /// None.
    public var requiredClientCapabilities: JSONObject { [:] }
}

/// Hints about a tool's behaviour, all of them optional.
///
/// MCP 2026-07-28, schema, `ToolAnnotations`. The defaults are: not read-only, destructive, not idempotent, open world.
public struct ToolAnnotations: Sendable {
    /// Whether the tool changes nothing.
    public let readOnlyHint: Bool?
    /// Whether the tool may destroy something.
    public let destructiveHint: Bool?
    /// Whether a second call with the same arguments changes nothing more.
    public let idempotentHint: Bool?
    /// Whether the tool interacts with things outside the server.
    public let openWorldHint: Bool?

    /// Collects the hints.
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

/// A failure of a tool, in words for the model.
public struct ToolFailure: Error {
    /// The text for the model.
    public let text: String
    /// The comparison behind the failure, for the client's developer; nil for a general explanation.
    public let explanation: Explanation?

    /// Makes a failure, which the model reads as the result.
    public init(_ text: String, _ explanation: Explanation? = nil) {
        self.text = text
        self.explanation = explanation
    }
}

/// The context of a tool call.
public struct ToolContext: Sendable {
    /// The caller.
    public let caller: Caller
    /// The server's present time.
    public var now: Instant { clock() }
    let clock: @Sendable () -> Instant
    /// Sends progress notifications; nil when the client asked for none or the answer is not a stream.
    let reporter: ProgressReporter?

    /// Sends a progress notification.
    ///
    /// MCP 2026-07-28, basic/patterns/progress. It does nothing without a listening client, and nothing when `progress`
    /// is not larger than last time: the values on the wire increase strictly.
    public func progress(_ progress: Double, total: Double? = nil, message: String? = nil) {
        reporter?.report(progress, total: total, message: message)
    }
}
