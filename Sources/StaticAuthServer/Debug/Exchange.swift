internal import Primitives
internal import HTTPEdge
internal import OAuth

/// A request and its answer while they are looked at.
///
/// It holds secrets, so nobody keeps it: the journal and the flows take from it what they may keep.
struct Exchange {
    /// The number by which the journal knows it.
    let number: Int
    let request: HTTPRequest
    let response: HTTPResponse
    let explanation: Explanation?
    /// The planted fault that struck, if one did.
    let fault: SafeText?
    /// The name of the scenario that was on, if one was.
    let scenario: String?
    /// When the request came.
    let time: Instant
    /// How long the answer took, by a clock that nobody moves.
    let duration: Duration

    let endpoint: EndpointName
    let requestFields: RecordedFields
    let responseFields: RecordedFields
    /// The parameters of the query; nil when there is none, or none that can be read.
    let query: FormParameters?
    /// The parameters of a form that was posted; nil when none was, or none that can be read.
    let form: FormParameters?

    init(
        _ number: Int, _ request: HTTPRequest, _ answer: Answer, time: Instant, duration: Duration
    ) {
        self.number = number
        self.request = request
        response = answer.response
        explanation = answer.explanation
        fault = answer.fault
        scenario = answer.scenario
        self.time = time
        self.duration = duration
        endpoint = EndpointName(path: request.path)
        requestFields = RecordedFields(request.fields)
        responseFields = RecordedFields(answer.response.fields)
        query = request.query.flatMap { try? FormParameters(decoding: $0.utf8) }
        form = request.isForm ? try? FormParameters(decoding: request.body) : nil
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
