internal import FlowRecorder
internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// Faults at `/mcp` for a request with a valid token.
enum MCPFault: String, CaseIterable, Sendable {
    /// A JSON-RPC error.
    case jsonRPCError = "jsonrpc-error"
    /// 401 for one request, as if its token had just expired.
    case unauthorized = "401-once"
    /// 403 without a challenge, like a firewall's.
    case forbidden = "403-always"
    /// The session has ended.
    case sessionLost = "session-lost"

    /// The default number of times; nil for always.
    var times: Int? { self == .forbidden ? nil : 1 }

    /// Restricts the match to requests to which the fault can apply.
    func narrow(_ match: inout FaultMatch) {
        match.endpoint = .mcp
        match.bearer = true
        switch self {
        case .jsonRPCError: match.method = HTTPMethod.post.rawValue
        case .sessionLost: match.session = true
        case .unauthorized, .forbidden: break
        }
    }

    /// Answers with the fault applied.
    func apply(
        _ request: HTTPRequest, origin: Origin, on target: FaultTarget, as cause: SafeText, route: () async -> Answer
    ) async -> Answer {
        switch self {
        case .jsonRPCError:
            guard let id = request.jsonRPCMessages.first?["id"].flatMap(RequestID.init) else { return await route() }
            let error = JSONRPCError(.internalError, "Internal error: this request fails on purpose")
            return Answer(response: Responses.json(.ok, bytes: ErrorResponse(error, id: id).bytes))
        case .unauthorized:
            let error = OAuthError(
                .invalidToken, "\(cause.text) refuses the access token on purpose, as if it had expired.")
            let refusal = BearerGuard.Refusal(error: error, scope: target.baseScope)
            // It names no setting.
            let problem = refusal.problem(request, origin: origin.text, Wording())
            return Answer(response: problem.response(to: request, nil))
        case .forbidden:
            return Answer(response: FaultPreset.page(.forbidden, "403 Forbidden"))
        case .sessionLost:
            if let id = request.fields.first(HeaderName.session) { await target.endSession(id, cause) }
            return await route()
        }
    }
}
