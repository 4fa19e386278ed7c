internal import Primitives

/// One JSON-RPC message from a client.
///
/// JSON-RPC 2.0 §4 and §5, narrowed by MCP: `params` is an object if present and `id` is never null.
enum Message: Sendable {
    /// A request, which needs an answer.
    case request(Request)
    /// A notification, which gets none.
    indirect case notification(Notification)
    /// A response; its content is dropped, because this server sends no requests.
    case response

    /// A method call and the id for its answer.
    final class Request: Sendable {
        /// The id that the answer repeats.
        let id: RequestID
        /// The name of the method.
        let method: String
        /// The arguments; empty when absent.
        let params: JSONObject
        /// The `_meta` member of the parameters, if there is one.
        let meta: JSONObject?

        init(id: RequestID, method: String, params: JSONObject) {
            self.id = id
            self.method = method
            self.params = params
            meta = params.meta
        }
    }

    /// A notification from a client.
    struct Notification: Sendable {
        /// The name of the notification.
        let method: String
        /// The details; empty when absent.
        let params: JSONObject
    }

    /// Reads a message.
    ///
    /// - Throws: `-32600`, with the id when that could be read.
    init(_ value: JSONValue) throws(ErrorResponse) {
        guard let message = value.object else {
            throw Self.refusal("a message is a JSON object", of: [:])
        }
        let id = message[Member.id].flatMap(RequestID.init)
        guard message[Member.jsonrpc] == .string(Member.version) else {
            throw Self.refusal("'jsonrpc' must be \"2.0\"", of: message, id: id)
        }
        if id == nil, message[Member.id] != nil {
            throw Self.refusal(
                "'id' must be a string or an integer of at most \(RequestID.longest) bytes", of: message)
        }
        guard let method = message[Member.method] else {
            guard message[Member.result] != nil || message[Member.error] != nil else {
                throw Self.refusal("'method' is missing", of: message, id: id)
            }
            self = .response
            return
        }
        guard let method = method.string else {
            throw Self.refusal("'method' must be a string", of: message, id: id)
        }
        let params = message[Member.params] ?? .object([:])
        guard let params = params.object else {
            throw Self.refusal("'params' must be an object", of: message, id: id)
        }
        if let id {
            self = .request(Request(id: id, method: method, params: params))
        } else {
            self = .notification(Notification(method: method, params: params))
        }
    }

    /// Refuses a malformed message.
    ///
    /// - Parameter problem: the mistake, as the rest of a sentence.
    private static func refusal(_ problem: String, of message: JSONObject, id: RequestID? = nil) -> ErrorResponse {
        let members = message.members.map(\.name).filter(Member.all.contains)
        return ErrorResponse(
            .invalidRequest, "Invalid request: \(problem)",
            Explanation(
                expected:
                    "jsonrpc \"2.0\", a method, an id that is a string or an integer, and params that are an object",
                received: members.isEmpty ? "none of the members of JSON-RPC" : "the members \(SafeText(list: members))"
            ),
            id: id)
    }
}

/// The member names of JSON-RPC.
package enum Member {
    package static let jsonrpc = "jsonrpc"
    package static let version = "2.0"
    package static let id = "id"
    package static let method = "method"
    package static let params = "params"
    package static let result = "result"
    package static let error = "error"
    static let all: Set<String> = [jsonrpc, id, method, params, result, error]
}
