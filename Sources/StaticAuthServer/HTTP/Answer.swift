internal import HTTPEdge
internal import Primitives

/// The response to a request, with the data for the recorder.
struct Answer: Sendable {
    var response: HTTPResponse
    var explanation: Explanation?
    /// The description of the fault that was applied, if any.
    var fault: SafeText?
    /// The route's answer where a fault was applied to it; nil where a fault answered in its place.
    var intended: Intended?
    /// The name of the running scenario, if any.
    var scenario: String?
    /// Whether that scenario changed the response.
    var isRewritten = false
    /// Whether it is the MCP server's successful answer to one message, with the header of its revision, that opens no
    /// session or stream.
    var isOfMessage = false
    /// Whether it ended what the request asked to end; its client is told the same in both cases.
    var hasEffect = true
    /// The error of a refusal; nil where the route answered.
    var refusal: Refusal?

    /// An error code and its description; a class, because there is rarely one.
    final class Refusal: Sendable {
        let error: String
        let description: String

        init(_ error: String, _ description: String) {
            (self.error, self.description) = (error, description)
        }
    }

    /// A response before a fault changed it; a class, because there is rarely one.
    final class Intended: Sendable {
        let response: HTTPResponse

        init(_ response: HTTPResponse) { self.response = response }
    }

    /// Whether the journal may sample it.
    var isRoutine: Bool { isOfMessage && explanation == nil && fault == nil && scenario == nil }
}
