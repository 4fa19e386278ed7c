internal import Primitives

/// One JSON-RPC message from a client.
///
/// JSON-RPC 2.0 §4 and §5, narrowed by MCP: `params` is an object if present and `id` is never null.
enum Message: Sendable {
    /// Wants an answer.
    case request(Request)
    /// Wants none.
    indirect case notification(Notification)
    /// Answers a request of ours; since this server sends none, its content is not kept.
    case response

    /// A method to call, with the id its answer carries; an object, because the whole way takes it along.
    final class Request: Sendable {
        /// Ties the answer to this request.
        let id: RequestID
        /// What to do.
        let method: String
        /// The arguments; empty when absent.
        let params: JSONObject
        /// What the request says about itself, if it does.
        let meta: JSONObject?

        init(id: RequestID, method: String, params: JSONObject) {
            self.id = id
            self.method = method
            self.params = params
            meta = params.meta
        }
    }

    /// Something a client reports.
    struct Notification: Sendable {
        /// What happened.
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

    /// Refuses what is no message.
    ///
    /// - Parameter problem: what is wrong, as the rest of a sentence.
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
