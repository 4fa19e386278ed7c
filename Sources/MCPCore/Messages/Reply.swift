/// The answer to an HTTP request, for the edge to put into HTTP.
///
/// What is rare is kept apart (`indirect`): each answer is handed on several times, and most are a few words then.
public enum Reply: Sendable {
    /// 200 with a JSON-RPC message or batch; a session id goes into `Mcp-Session-Id`.
    case json(body: [UInt8], sessionID: String? = nil)
    /// A JSON-RPC error.
    indirect case refusal(ErrorResponse, status: Int)
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

    /// A response to a request.
    static func result(_ result: [UInt8], to id: RequestID) -> Reply {
        .json(body: OutgoingMessage.response(to: id, result: result))
    }

    /// An error response.
    static func refusal(_ error: JSONRPCError, to id: RequestID?, status: Int) -> Reply {
        .refusal(ErrorResponse(error, id: id), status: status)
    }
}
