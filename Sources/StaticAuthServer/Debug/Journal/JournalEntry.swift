internal import Primitives
internal import HTTPEdge
internal import OAuth

/// One request and what came of it, without anything secret.
struct JournalEntry: Sendable {
    /// Rises with each request.
    let number: Int
    /// The number of the flow that it belongs to, if any.
    let flow: Int?
    /// When the request came.
    let time: Instant
    /// How long the answer took; of an event stream, until it began.
    let duration: Duration
    /// The address that it came from.
    let peer: String

    let endpoint: EndpointName
    let method: String
    let path: Redacted
    let query: [(name: Redacted, value: Redacted)]
    let requestFields: RecordedFields
    let requestBody: RecordedBody?

    let status: Int
    let responseFields: RecordedFields
    let responseBody: RecordedBody?
    /// Why it was refused, where that is known; of an event stream, what its first error was about.
    private(set) var explanation: Explanation?
    /// The planted fault that struck, if one did.
    let fault: SafeText?
    /// The name of the scenario that was on, if one was.
    let scenario: String?

    /// About how much memory it takes, in bytes.
    private(set) var size: Int

    init(_ exchange: Exchange, flow: Int?, _ secrets: SecretScanner) {
        number = exchange.number
        self.flow = flow
        time = exchange.time
        duration = exchange.duration
        let request = exchange.request
        peer = request.peer
        endpoint = exchange.endpoint
        method = request.method.rawValue
        path = endpoint == .mcp ? .mcpPath : Redacted(message: request.path, atMost: RecordedBody.limit, secrets)
        query = request.query.map { Self.query($0, exchange.query, secrets) } ?? []
        requestFields = exchange.requestFields
        status = exchange.status
        responseFields = exchange.responseFields
        explanation = exchange.explanation
        fault = exchange.fault
        scenario = exchange.scenario
        let (answer, answerFields) = (exchange.answerBody, exchange.response.fields)
        if endpoint == .mcp {
            requestBody = .message(request.body, request.fields, secrets)
            responseBody = exchange.isStream ? .events : .message(answer, answerFields, secrets)
        } else {
            requestBody = .redacting(request.body, request.fields, form: exchange.form, secrets)
            responseBody = exchange.isStream ? .events : .redacting(answer, answerFields, secrets)
        }
        size =
            MemoryLayout<JournalEntry>.size + requestFields.byteCount + responseFields.byteCount
            + (requestBody?.byteCount ?? 0) + (responseBody?.byteCount ?? 0) + path.text.utf8.count
            + query.reduce(0) { $0 + $1.name.size + $1.value.size } + (explanation?.size ?? 0) + (fault?.size ?? 0)
    }

    /// Tells why it went wrong, unless that is told already.
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
    /// About how much memory it takes, in bytes: its place, and what does not fit into it.
    var size: Int { MemoryLayout<Redacted>.size + (text.utf8.count <= 15 ? 0 : text.utf8.count + 48) }

    fileprivate static let mcpPath = Redacted(message: Path.mcp, SecretScanner([]))
}
