internal import HTTPEdge
internal import OAuth
package import Primitives

/// A request with its answer, without secrets.
package struct JournalEntry: Sendable {
    /// Increases with each request.
    package let number: Int
    /// The number of the flow that it belongs to, if any; a later request may show that it is another.
    package internal(set) var flow: Int?
    /// The time of the request.
    package let time: Instant
    /// The duration until the answer; for an event stream, until it began.
    package let duration: Duration
    /// The address of the client.
    package let peer: String

    package let endpoint: EndpointName
    package let method: String
    package let path: Redacted
    package let query: [(name: Redacted, value: Redacted)]
    package let requestFields: RecordedFields
    package let requestBody: RecordedBody?

    package let status: Int
    package let responseFields: RecordedFields
    package let responseBody: RecordedBody?
    /// The reason for a refusal, where it is known; for an event stream, that of its first error.
    package private(set) var explanation: Explanation?
    /// The description of the fault that was applied, if any.
    package let fault: SafeText?
    /// The name of the running scenario, if any.
    package let scenario: String?
    /// The trace context, if any.
    package let trace: RecordedTrace?

    /// The approximate memory, in bytes.
    private(set) var size: Int

    init(_ classified: ClassifiedExchange, flow: Int?, _ secrets: SecretScanner) {
        let exchange = classified.exchange
        number = exchange.number
        self.flow = flow
        time = exchange.time
        duration = exchange.duration
        let request = exchange.request
        peer = request.peer
        endpoint = exchange.endpoint
        method = request.method.rawValue
        path =
            endpoint == .mcp
            ? Redacted(servedPath: request.path)
            : Redacted(message: request.path, atMost: RecordedBody.limit, secrets)
        query = request.query.map { Self.query($0, classified.query, secrets) } ?? []
        requestFields = classified.requestFields
        status = exchange.status
        responseFields = classified.responseFields
        explanation = exchange.explanation
        fault = exchange.fault
        scenario = exchange.scenario
        trace = classified.trace(secrets)
        let (answer, answerFields) = (exchange.answerBody, exchange.response.fields)
        if endpoint == .mcp {
            requestBody = .message(request.body, request.fields, secrets)
            responseBody = exchange.isStream ? .events : .message(answer, answerFields, secrets)
        } else {
            requestBody = .redacting(request.body, request.fields, form: classified.form, secrets)
            responseBody = exchange.isStream ? .events : .redacting(answer, answerFields, secrets)
        }
        size =
            MemoryLayout<JournalEntry>.size + requestFields.byteCount + responseFields.byteCount
            + (requestBody?.byteCount ?? 0) + (responseBody?.byteCount ?? 0) + path.text.utf8.count
            + query.reduce(0) { $0 + $1.name.size + $1.value.size } + (explanation?.size ?? 0) + (fault?.size ?? 0)
            + (trace?.size ?? 0)
    }

    /// Adds an explanation, unless there is one.
    mutating func explain(_ explanation: Explanation?) {
        guard self.explanation == nil, let explanation else { return }
        self.explanation = explanation
        size += explanation.size
    }

    private static func query(
        _ query: String, _ parameters: FormParameters?, _ secrets: SecretScanner
    ) -> [(name: Redacted, value: Redacted)] {
        guard let parameters else {
            return [(Redacted(message: "", secrets), Redacted(Secret(query)))]
        }
        return parameters.fields.map {
            (Redacted(message: $0.name, secrets), Redacted(parameter: $0.name, $0.value, secrets))
        }
    }
}

extension Redacted {
    /// The approximate memory in bytes: the value itself, and its heap memory.
    var size: Int { MemoryLayout<Redacted>.size + (text.utf8.count <= 15 ? 0 : text.utf8.count + 48) }
}
