internal import Primitives

/// Answers MCP requests of every revision on one endpoint.
///
/// The edge has checked the caller's token and base scopes, `Host`, `Origin`, `Content-Type`, the `Accept` of a POST
/// and the size of its body. Errors that are thrown come from the session store.
public struct MCPServer: Sendable {
    /// The open streams, for the edge's timer and the stop.
    public let subscriptions: Subscriptions
    private let modern: ModernEra
    private let legacy: LegacyEra

    /// Makes a server with a store for the sessions of the legacy era.
    public init(_ environment: Environment, sessions: any SessionStore) {
        subscriptions = environment.subscriptions
        modern = ModernEra(environment)
        legacy = LegacyEra(environment, sessions: sessions)
    }

    /// Answers the message or batch in the body of a POST.
    ///
    /// Cancelling the task cancels a modern call that is answered with JSON; legacy calls continue. A call that is
    /// answered with an event stream runs in a task of its own.
    public func post(body: [UInt8], headers: TransportHeaders, caller: Caller) async throws -> Reply {
        switch Self.decision(of: body, header: headers.version) {
        case .failure(let error): return .refusal(error, status: 400)
        case .success(.modern(let request)):
            return await modern.answer(request, headers: headers, caller: caller)
        case .success(.modernNotification(let notification)):
            return modern.answer(notification, headers: headers)
        case .success(.legacy(let message)):
            return try await legacy.answer(message, headers: headers, caller: caller)
        case .success(.legacyBatch(let batch)):
            return try await legacy.answer(batch, headers: headers, caller: caller)
        }
    }

    /// Opens the event stream of a legacy session.
    public func get(headers: TransportHeaders, caller: Caller) async throws -> Reply {
        if let refusal = Self.refusalOutsidePost(headers) { return refusal }
        return try await legacy.get(headers, caller: caller)
    }

    /// Ends a legacy session.
    public func delete(headers: TransportHeaders, caller: Caller) async throws -> Reply {
        if let refusal = Self.refusalOutsidePost(headers) { return refusal }
        return try await legacy.delete(headers, caller: caller)
    }

    /// Parses the body, in a separate function to keep the async frame small.
    @inline(never)  // hot path
    private static func decision(of body: [UInt8], header: String?) -> Result<EraDecision, ErrorResponse> {
        Result { () throws(ErrorResponse) in try EraDecision(body: parse(body), header: header) }
    }

    private static func parse(_ body: [UInt8]) throws(ErrorResponse) -> JSONValue {
        do {
            return try JSONParser.parse(body)
        } catch {
            throw ErrorResponse(
                .parseError, "Parse error: invalid JSON at byte \(error.offset), \(error.problem)",
                explanation(ofUnreadable: body, error))
        }
    }

    private static func explanation(ofUnreadable body: [UInt8], _ error: JSONSyntaxError) -> Explanation {
        guard !error.isOfOwnRule else {
            return Explanation(
                expected: "JSON that every reader takes for the same, at most \(JSONParser.depthLimit) levels deep",
                received: "JSON, but \(public: error.problem)",
                hint: "JSON leaves it open what that means. The message says at which byte it is.")
        }
        return Explanation(
            expected: "one JSON-RPC message as JSON in UTF-8", received: "\(body.count) bytes that are not JSON",
            hint: hint(ofUnreadable: body))
    }

    private static func hint(ofUnreadable body: [UInt8]) -> SafeText {
        if body.starts(with: [0xEF, 0xBB, 0xBF]) { return "It begins with a byte order mark. Leave that out." }
        return switch body.first(where: { !" \t\r\n".utf8.contains($0) }) {
        case nil: body.isEmpty ? "The body is empty." : "There is nothing but white space."
        case UInt8(ascii: "{"), UInt8(ascii: "["): "The message says at which byte reading stopped."
        default: "It does not begin with a brace, so it is no JSON object."
        }
    }

    /// GET and DELETE exist only in the legacy era.
    private static func refusalOutsidePost(_ headers: TransportHeaders) -> Reply? {
        guard let requested = headers.version else { return nil }
        switch ProtocolVersion(rawValue: requested)?.era {
        case .legacy: return nil
        case .modern: return .methodNotAllowed(allow: "POST")
        case nil: return .refusal(.unsupportedVersion(inHeader: requested), to: nil, status: 400)
        }
    }
}
