package import HTTPEdge
package import Primitives

/// One HTTP request with its answer, as the router hands it to the recorder.
///
/// It holds secrets, so it is not kept: the journal and the flows take from it what they may keep.
package struct Exchange: Sendable {
    /// The number of its entry in the journal.
    package let number: Int
    /// The request, whose body is complete.
    package let request: HTTPRequest
    /// The answer; of an event stream only its head counts.
    package let response: HTTPResponse
    /// The part of the server that the request was for.
    package let endpoint: EndpointName
    /// Why the request was refused, where that is known.
    package let explanation: Explanation?
    /// The fault that was applied to the answer, if any.
    package let fault: SafeText?
    /// The name of the scenario that was active, if any.
    package let scenario: String?
    /// When the request came, by the clock that debugging can move.
    package let time: Instant
    /// How long the answer took, by a clock that cannot be moved.
    package let duration: Duration

    /// Joins a request and its answer.
    package init(
        _ number: Int, _ request: HTTPRequest, _ response: HTTPResponse, endpoint: EndpointName,
        explanation: Explanation? = nil, fault: SafeText? = nil, scenario: String? = nil, time: Instant,
        duration: Duration
    ) {
        (self.number, self.request, self.response, self.endpoint) = (number, request, response, endpoint)
        (self.explanation, self.fault, self.scenario) = (explanation, fault, scenario)
        (self.time, self.duration) = (time, duration)
    }

    var status: Int { response.status.code }

    /// Whether the answer is an event stream.
    var isStream: Bool {
        if case .events = response.body { true } else { false }
    }

    /// The bytes of the answer; empty for an event stream.
    var answerBody: [UInt8] {
        if case .bytes(let bytes) = response.body { bytes } else { [] }
    }
}
