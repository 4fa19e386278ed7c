/// The answer to an HTTP request, which the edge turns into HTTP.
///
/// Large and rare cases are `indirect`, so that the usual ones are small to copy.
public enum Reply: Sendable {
    /// 200 with a successful JSON-RPC message; a session id goes into `Mcp-Session-Id`.
    case json(body: [UInt8], sessionID: String? = nil)
    /// A JSON-RPC error response.
    indirect case refusal(RefusedMessage, status: Int)
    /// 200 with a JSON array of the responses to a batch.
    case batch([Response])
    /// 202 without a body.
    case accepted
    /// 204.
    case noContent
    /// 405 with this `Allow`.
    case methodNotAllowed(allow: String)
    /// 406.
    case notAcceptable
    /// 403 with a challenge that names these scopes, all the operation needs.
    case insufficientScope(required: [String])
    /// 429 with this `Retry-After`.
    case tooManyCalls(retryAfter: Duration)
    /// 200 with an event stream.
    indirect case stream(ServerStream)

    /// Whether it is the successful answer to one message and opens no session or stream: such answers are alike.
    public var isRoutine: Bool { if case .json(_, sessionID: nil) = self { true } else { false } }

    /// A response to a request, with the status 200.
    init(_ response: Response) {
        switch response {
        case .result(let bytes): self = .json(body: bytes)
        case .refusal(let message): self = .refusal(message, status: 200)
        }
    }

    /// A successful response to a request.
    static func result(_ result: [UInt8], to id: RequestID) -> Reply {
        .json(body: OutgoingMessage.response(to: id, result: result))
    }

    /// An error response.
    static func refusal(_ error: JSONRPCError, to id: RequestID?, status: Int) -> Reply {
        .refusal(ErrorResponse(error, id: id), status: status)
    }

    /// An error response.
    static func refusal(_ response: ErrorResponse, status: Int) -> Reply {
        .refusal(.error(response), status: status)
    }
}
