public import Primitives

/// Why a request is refused, in the words of JSON-RPC.
///
/// JSON-RPC 2.0 §5.1, with the codes MCP 2026-07-28 adds (basic, "Error Codes"). The HTTP status is not part of it:
/// that depends on the era and on how far the request came.
public struct JSONRPCError: Error, Equatable, Sendable {
    /// The kinds of errors this server sends; the raw value is the number on the wire.
    public enum Code: Int, Sendable, CaseIterable {
        /// The body is not JSON.
        case parseError = -32700
        /// The body is JSON but no message that may be sent here.
        case invalidRequest = -32600
        /// The method is not served.
        case methodNotFound = -32601
        /// The parameters do not fit the method.
        case invalidParams = -32602
        /// The server failed.
        case internalError = -32603
        /// An HTTP header does not agree with the body.
        case headerMismatch = -32020
        /// The request needs a capability its client did not declare.
        case missingRequiredClientCapability = -32021
        /// The protocol version is not served.
        case unsupportedProtocolVersion = -32022
    }

    /// The kind of error.
    public let code: Code
    /// What is wrong and what to do about it, for the client's developer.
    public let message: String
    /// Details for programs.
    public let data: JSONObject?

    /// An error with its explanation.
    public init(_ code: Code, _ message: String, data: JSONObject? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    /// The members of the `error` object.
    var json: JSONObject {
        var object: JSONObject = ["code": JSONValue(code.rawValue), "message": .string(message)]
        object["data"] = data.map(JSONValue.object)
        return object
    }
}

extension JSONRPCError {
    static func unknownMethod(_ method: String) -> JSONRPCError {
        JSONRPCError(.methodNotFound, "Method not found: \(method.excerpt)")
    }

    /// Says which versions are served.
    ///
    /// Legacy versions are listed as well, since `initialize` reaches them; not so when a legacy version was asked for
    /// in the modern way, where listing it would contradict the refusal.
    static func unsupportedVersion(_ requested: String) -> JSONRPCError {
        let isLegacy = ProtocolVersion(rawValue: requested)?.era == .legacy
        let supported = isLegacy ? ProtocolVersion.modern : ProtocolVersion.allCases
        return JSONRPCError(
            .unsupportedProtocolVersion,
            isLegacy
                ? "Unsupported protocol version for a request with _meta: open a session with initialize for it"
                : "Unsupported protocol version: use one of data.supported",
            data: [
                "supported": .array(supported.map { .string($0.rawValue) }), "requested": .string(requested.excerpt),
            ])
    }
}

extension String {
    /// The beginning, for quoting what a client sent: an answer must not grow with the text it refuses.
    var excerpt: String {
        let longest = 100
        return unicodeScalars.prefix(longest + 1).count > longest ? String(unicodeScalars.prefix(longest)) + "…" : self
    }
}
