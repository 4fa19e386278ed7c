/// What an operator decides about calls.
public struct Policy: Sendable {
    /// How a POST is answered.
    public enum PostResponses: String, Sendable, CaseIterable {
        /// With one JSON object.
        case json
        /// With an event stream wherever the answer is a result.
        case sse
        /// With an event stream for tool calls whose client wants to see progress, else with JSON.
        case auto
    }

    /// How a POST is answered.
    public let postResponses: PostResponses
    /// The scope a tool needs beyond the base scopes, by the tool's name.
    public let toolScopes: [String: String]
    /// The scopes every request needs; the caller's have been checked before.
    public let baseScopes: [String]
    /// Nil lets a tool call pass and counts it; otherwise the caller has to wait that long.
    public let toolCallAllowance: @Sendable (Caller) -> Duration?

    /// Decisions; by default nothing is asked beyond a token.
    public init(
        postResponses: PostResponses = .json, toolScopes: [String: String] = [:], baseScopes: [String] = [],
        toolCallAllowance: @escaping @Sendable (Caller) -> Duration? = { _ in nil }
    ) {
        self.postResponses = postResponses
        self.toolScopes = toolScopes
        self.baseScopes = baseScopes
        self.toolCallAllowance = toolCallAllowance
    }

    /// Why this caller may not call the tool now, or nil.
    ///
    /// The challenge names every scope the call needs, so that one authorization is enough (MCP 2026-07-28,
    /// basic/authorization, "Runtime Insufficient Scope Errors").
    func refusal(of tool: String, to caller: Caller) -> Reply? {
        if let scope = toolScopes[tool], !Self.scopes(caller.scopes, include: scope) {
            return .insufficientScope(required: baseScopes + [scope])
        }
        return toolCallAllowance(caller).map { .tooManyCalls(retryAfter: $0) }
    }

    /// Whether the scopes a token has include one it needs; here no scope implies another.
    public static func scopes(_ granted: [String], include needed: String) -> Bool { granted.contains(needed) }
}
