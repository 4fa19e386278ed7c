public import Primitives

/// A JSON-RPC error in the server's answer to a request.
public struct RemoteError: Error, Equatable, Sendable {
    /// The code on the wire.
    public let code: Int
    /// The server's message, cut short.
    public let message: String
    /// The `data` member.
    public let data: JSONValue?
    /// The HTTP status of the answer.
    public let status: Int

    /// Reads an `error` member; some servers put only text there.
    init(_ error: JSONValue, status: Int) {
        let members = error.object ?? [:]
        code = members["code"]?.number?.intValue ?? 0
        message = (members["message"]?.string ?? error.string ?? "no message").printable(500)
        data = members["data"]
        self.status = status
    }
}

extension RemoteError: CustomStringConvertible {
    /// The message with its code.
    public var description: String { "The server refused the request: \(message) (\(code))" }
}
