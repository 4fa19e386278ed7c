package import HTTPEdge
package import Primitives

/// One HTTP request with its answer, as the router passes it to the recorder.
///
/// It holds secrets and is not kept: the journal and the flows take from it what they may keep.
package struct Exchange: Sendable {
    /// The number of its entry in the journal.
    package let number: Int
    /// The request, whose body is complete.
    package let request: HTTPRequest
    /// The answer; of an event stream only the head counts.
    package let response: HTTPResponse
    /// The endpoint of the request.
    package let endpoint: EndpointName
    /// The reason for a refusal, where it is known.
    package let explanation: Explanation?
    /// The fault that was applied to the answer, if any.
    package let fault: SafeText?
    /// The route's answer where a fault was applied to it; nil where a fault answered in its place.
    let intended: HTTPResponse?
    /// The name of the running scenario, if any.
    package let scenario: String?
    /// Whether that scenario changed the answer.
    let isRewritten: Bool
    /// Whether a revocation ended a token or grant; its answer is the same when it did not (RFC 7009 §2.2).
    let hasEffect: Bool
    /// The time of the request, by the debug clock.
    package let time: Instant
    /// The time of the request, by a monotonic clock.
    let began: ContinuousClock.Instant
    /// The duration until the answer, by a monotonic clock.
    package let duration: Duration
    /// The connection that carried it; nil where that is not known.
    let connection: Connection?

    /// A connection, for the order of requests and answers.
    package struct Connection: Sendable {
        /// The number, which no other one of the server has.
        let number: Int
        /// The time at which it was accepted.
        let opened: ContinuousClock.Instant
        /// The numbers of connections on which something had arrived, and was not read, when the answer was ready.
        let waiting: [Int]
        /// The numbers of connections whose clients had not read all that was sent to them when the answer was ready.
        let unread: [Int]
        /// The end of the connection, which may be still to come.
        let end: ConnectionEnd

        /// Makes the facts about a connection.
        package init(
            number: Int, opened: ContinuousClock.Instant, waiting: [Int] = [], unread: [Int] = [],
            end: ConnectionEnd = ConnectionEnd()
        ) {
            (self.number, self.opened, self.end) = (number, opened, end)
            (self.waiting, self.unread) = (waiting, unread)
        }
    }

    /// Combines a request and its answer.
    package init(
        _ number: Int, _ request: HTTPRequest, _ response: HTTPResponse, endpoint: EndpointName,
        explanation: Explanation? = nil, fault: SafeText? = nil, intended: HTTPResponse? = nil,
        scenario: String? = nil, isRewritten: Bool = false, hasEffect: Bool = true, time: Instant,
        began: ContinuousClock.Instant = .now, duration: Duration, connection: Connection? = nil
    ) {
        (self.number, self.request, self.endpoint) = (number, request, endpoint)
        self.response = response.withoutStream
        (self.explanation, self.fault) = (explanation, fault)
        (self.scenario, self.isRewritten, self.hasEffect) = (scenario, isRewritten, hasEffect)
        self.intended = intended?.withoutStream
        (self.time, self.began, self.duration, self.connection) = (time, began, duration, connection)
    }

    /// The approximate memory that it retains, in bytes.
    var size: Int {
        let head = request.path.utf8.count + (request.query?.utf8.count ?? 0) + request.fields.byteCount
        let answer = [response.body, intended?.body].reduce(0) { $0 + ($1?.size ?? 0) }
        return Self.overhead + head + request.body.count + response.fields.byteCount + answer
            + (explanation?.size ?? 0)
    }

    /// The approximate memory besides texts and bodies: itself, the request's objects and their arrays.
    private static let overhead = MemoryLayout<Exchange>.stride + 512

    var status: Int { response.status.code }

    /// The time at which the answer was ready, by a monotonic clock.
    var answered: ContinuousClock.Instant { began + duration }

    /// Whether a fault answered in place of the route, so that the request had no effect.
    var isPlanted: Bool { fault != nil && intended == nil }

    /// What made the server refuse the request on purpose, a fault or a scenario; nil where the request is to blame.
    var causeOfRefusal: SafeText? { isPlanted ? fault : explanation?.cause }

    /// Whether the answer is an event stream.
    var isStream: Bool { response.body.isStream }

    /// Whether a fault sent a document slowly, as a stream.
    var isSlowed: Bool { isStream && intended?.body.isStream == false }

    /// The bytes of the answer; empty for an event stream and for an answer that a fault cut.
    var answerBody: [UInt8] {
        switch (response.body, intended?.body) {
        // A fault sends a document slowly, as a stream.
        case (.bytes(let bytes), _), (.events, .bytes(let bytes)?): bytes
        default: []
        }
    }
}

extension HTTPResponse.Body {
    fileprivate var isStream: Bool {
        if case .events = self { true } else { false }
    }

    fileprivate var size: Int {
        switch self {
        case .bytes(let bytes), .torn(let bytes, _): bytes.count
        case .events, .silence: 0
        }
    }
}

extension HTTPResponse {
    /// The same answer without the function of an event stream, so that the stream ends when its reader does.
    fileprivate var withoutStream: HTTPResponse {
        guard case .events = body else { return self }
        return HTTPResponse(status, fields: fields, body: .events(EventStream { _ in }))
    }
}
