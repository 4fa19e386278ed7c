public import Primitives

/// An error response as a value, which the edge may extend before it is written.
public enum RefusedMessage: Equatable, Sendable {
    /// An error of the protocol.
    case error(ErrorResponse)
    /// The result of a call that failed.
    case failedCall(FailedCall)

    /// The reason for the refusal, for the client's developer; never for other clients.
    public var explanation: Explanation? {
        switch self {
        case .error(let response): response.error.explanation
        case .failedCall(let call): call.explanation
        }
    }

    /// The JSON text.
    public var bytes: [UInt8] { bytes(adding: [], metaKey: "") }

    /// The JSON text with further members.
    ///
    /// JSON-RPC 2.0 §5.1 leaves `error.data` to the server; a result has `_meta` for that.
    ///
    /// - Parameters:
    ///   - members: the members to add; when there are none the text is unchanged.
    ///   - metaKey: the member of a result's `_meta` that contains them; a key of our own has a prefix (MCP 2026-07-28,
    ///     basic, `_meta`).
    public func bytes(adding members: [(String, JSONValue)], metaKey: String) -> [UInt8] {
        switch self {
        case .error(let response): response.bytes(adding: members)
        case .failedCall(let call): call.bytes(adding: members, metaKey: metaKey)
        }
    }
}

/// A call that failed in its tool, which is a result and not an error of the protocol.
///
/// MCP 2026-07-28, server/tools, "Error Handling".
public struct FailedCall: Equatable, Sendable {
    /// The request that is answered.
    public let id: RequestID
    /// The reason of the failure.
    public let explanation: Explanation?
    /// The `result` member for the client's revision.
    let result: JSONObject

    func bytes(adding members: [(String, JSONValue)], metaKey: String) -> [UInt8] {
        var result = result
        if !members.isEmpty {
            var meta = result.meta ?? [:]
            meta[metaKey] = .object(JSONObject(members))
            result[MetaKey.meta] = .object(meta)
        }
        return OutgoingMessage.response(to: id, result: JSONWriter.bytes(of: result))
    }
}

/// The response to one request: JSON text for a success, otherwise a value.
public enum Response: Equatable, Sendable {
    /// JSON text.
    case result([UInt8])
    /// An error response.
    indirect case refusal(RefusedMessage)

    static func error(_ error: JSONRPCError, to id: RequestID) -> Response {
        .refusal(.error(ErrorResponse(error, id: id)))
    }

    /// The JSON text.
    public var bytes: [UInt8] {
        switch self {
        case .result(let bytes): bytes
        case .refusal(let message): message.bytes
        }
    }

    /// The response as an event.
    var event: StreamEvent {
        switch self {
        case .result(let bytes): .message(bytes)
        case .refusal(let message): .refusal(message)
        }
    }
}
