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
    /// Nil lets a caller call a tool, by its name; otherwise every scope that the call needs.
    ///
    /// What it takes for scopes to suffice is the authorization layer's to say.
    public let scopesToRequest: @Sendable (_ tool: String, Caller) -> [String]?
    /// Nil lets a tool call pass and counts it; otherwise the caller has to wait that long.
    public let toolCallAllowance: @Sendable (Caller) -> Duration?

    /// Decisions; by default nothing is asked beyond a token.
    public init(
        postResponses: PostResponses = .json,
        scopesToRequest: @escaping @Sendable (_ tool: String, Caller) -> [String]? = { _, _ in nil },
        toolCallAllowance: @escaping @Sendable (Caller) -> Duration? = { _ in nil }
    ) {
        self.postResponses = postResponses
        self.scopesToRequest = scopesToRequest
        self.toolCallAllowance = toolCallAllowance
    }

    /// Why this caller may not call the tool now, or nil.
    ///
    /// The challenge names every scope the call needs, so that one authorization is enough (MCP 2026-07-28,
    /// basic/authorization, "Runtime Insufficient Scope Errors").
    func refusal(of tool: String, to caller: Caller) -> Reply? {
        if let scopes = scopesToRequest(tool, caller) { return .insufficientScope(required: scopes) }
        return toolCallAllowance(caller).map { .tooManyCalls(retryAfter: $0) }
    }
}
