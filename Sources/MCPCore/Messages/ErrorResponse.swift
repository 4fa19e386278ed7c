internal import Primitives

/// An error with the id of the request that it answers.
///
/// The id is nil when it could not be read; the member is then omitted, because the schema forbids null (MCP
/// 2026-07-28, basic, "Error Responses").
public struct ErrorResponse: Error, Equatable, Sendable {
    /// The error.
    public let error: JSONRPCError
    /// The request that is answered.
    public let id: RequestID?

    /// Answers a request, or a message whose id could not be read.
    public init(_ error: JSONRPCError, id: RequestID?) {
        self.error = error
        self.id = id
    }

    init(_ code: JSONRPCError.Code, _ message: String, _ explanation: Explanation, id: RequestID? = nil) {
        self.init(JSONRPCError(code, message, explanation), id: id)
    }

    /// The JSON text.
    public var bytes: [UInt8] { bytes(adding: []) }

    /// The JSON text with more members in the error's `data`.
    func bytes(adding members: [(String, JSONValue)]) -> [UInt8] {
        var response: JSONObject = [Member.jsonrpc: .string(Member.version)]
        response[Member.id] = id?.json
        response[Member.error] = .object(error.json(adding: members))
        return JSONWriter.bytes(of: response)
    }
}
