internal import HTTPEdge
internal import Primitives

/// The response to a request, with the data for the recorder.
struct Answer: Sendable {
    var response: HTTPResponse
    var explanation: Explanation?
    /// The description of the fault that was applied, if any.
    var fault: SafeText?
    /// The route's answer where a fault was applied to it; nil where a fault answered in its place.
    var intended: HTTPResponse?
    /// The name of the running scenario, if any.
    var scenario: String?
    /// Whether it is the MCP server's successful answer to one message, with the header of its revision, that opens no
    /// session or stream.
    var isOfMessage = false

    /// Whether the journal may sample it.
    var isRoutine: Bool { isOfMessage && explanation == nil && fault == nil && scenario == nil }
}
