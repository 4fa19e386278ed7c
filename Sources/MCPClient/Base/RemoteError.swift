public import Primitives

/// A JSON-RPC error with which the server answered a request.
public struct RemoteError: Error, Equatable, Sendable {
    /// The code on the wire.
    public let code: Int
    /// The server's own words, cut short.
    public let message: String
    /// The `data` member.
    public let data: JSONValue?
    /// The status of HTTP that came with it.
    public let status: Int

    /// Reads an `error` member; some servers write only text there.
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
