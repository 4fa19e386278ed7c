/// The operator's settings for calls.
public struct Policy: Sendable {
    /// The form of the answer to a POST.
    public enum PostResponses: String, Sendable, CaseIterable {
        /// With one JSON object.
        case json
        /// As an event stream whenever the answer is a result.
        case sse
        /// As an event stream for tool calls whose client wants progress, otherwise as JSON.
        case auto
    }

    /// The form of the answer to a POST.
    public let postResponses: PostResponses
    /// The scopes to request for a tool that the caller may not call yet; nil when the caller may.
    ///
    /// The authorization layer decides whether scopes suffice.
    public let scopesToRequest: @Sendable (_ tool: String, Caller) -> [String]?
    /// Counts a tool call and returns nil, or returns how long the caller has to wait.
    public let toolCallAllowance: @Sendable (Caller) -> Duration?

    /// Collects the settings; by default a call needs nothing but a token.
    public init(
        postResponses: PostResponses = .json,
        scopesToRequest: @escaping @Sendable (_ tool: String, Caller) -> [String]? = { _, _ in nil },
        toolCallAllowance: @escaping @Sendable (Caller) -> Duration? = { _ in nil }
    ) {
        self.postResponses = postResponses
        self.scopesToRequest = scopesToRequest
        self.toolCallAllowance = toolCallAllowance
    }

    /// The refusal of a call for a missing scope or too many calls, or nil.
    ///
    /// The challenge names every scope that the call needs, so that one authorization is enough (MCP 2026-07-28,
    /// basic/authorization, "Runtime Insufficient Scope Errors").
    func refusal(of tool: String, to caller: Caller) -> Reply? {
        if let scopes = scopesToRequest(tool, caller) { return .insufficientScope(required: scopes) }
        return toolCallAllowance(caller).map { .tooManyCalls(retryAfter: $0) }
    }
}
