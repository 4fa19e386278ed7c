internal import Primitives
internal import HTTPEdge

/// What came of a request: the response, and for a refusal why, for whoever debugs the client.
struct Answer: Sendable {
    var response: HTTPResponse
    var explanation: Explanation?
    /// The planted fault that struck, if one did.
    var fault: SafeText?
    /// The name of the scenario that was on, if one was.
    var scenario: String?
    /// Whether it is the MCP server's answer to one message, with the header of its revision, that tells no error and
    /// opens no session or stream.
    var isOfMessage = false

    /// Whether it is like thousands of others, so that nobody misses one.
    var isRoutine: Bool { isOfMessage && explanation == nil && fault == nil && scenario == nil }
}
