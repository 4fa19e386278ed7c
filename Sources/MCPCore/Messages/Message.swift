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
        /// The name of a member that was probably meant as the id.
        var misspeltID: String?

        /// The reason why a client may wait in vain: the method is a request's, which needs an id; nil for a
        /// notification.
        var missingID: Explanation? {
            NotificationName.isOne(method)
                ? nil
                : Explanation(
                    expected: "an id, which the answer repeats",
                    received: "'\(public: method)' without an id",
                    hint: misspeltID.map { "'\(public: $0)' was sent: the name is 'id'." }
                        ?? "A message without an id is a notification, so nothing will answer it. Give the request an id."
                )
        }
    }

    /// Reads a message.
    ///
    /// - Throws: `-32600`, with the id when that could be read.
    init(_ value: JSONValue) throws(ErrorResponse) {
        guard let message = value.object else {
            throw Self.refusal("a message is a JSON object", received: value.kind)
        }
        let id = message[Member.id].flatMap(RequestID.init)
        guard message[Member.jsonrpc] == .string(Member.version) else {
            throw Self.refusal(
                "'jsonrpc' must be \"2.0\"",
                received: message[Member.jsonrpc].map { "\($0.kind) as jsonrpc" } ?? Self.members(of: message), id: id)
        }
        if id == nil, let id = message[Member.id] {
            throw Self.refusal(
                "'id' must be a string or an integer of at most \(RequestID.longest) bytes",
                received: "\(id.kind) as id", hint: Self.hint(ofUnusable: id))
        }
        guard let method = message[Member.method] else {
            guard message[Member.result] != nil || message[Member.error] != nil else {
                throw Self.refusal("'method' is missing", received: Self.members(of: message), id: id)
            }
            self = .response
            return
        }
        guard let method = method.string else {
            throw Self.refusal("'method' must be a string", received: "\(method.kind) as method", id: id)
        }
        let params = message[Member.params] ?? .object([:])
        guard let params = params.object else {
            throw Self.refusal("'params' must be an object", received: "\(params.kind) as params", id: id)
        }
        if let id {
            self = .request(Request(id: id, method: method, params: params))
        } else {
            let misspelt = message.members.first { ["ID", "Id", "iD"].contains($0.name) }
            self = .notification(Notification(method: method, params: params, misspeltID: misspelt?.name))
        }
    }

    /// Refuses a value that is not a message.
    ///
    /// - Parameter problem: the mistake, as the rest of a sentence.
    private static func refusal(
        _ problem: String, received: SafeText, hint: SafeText? = nil, id: RequestID? = nil
    ) -> ErrorResponse {
        ErrorResponse(
            .invalidRequest, "Invalid request: \(problem)",
            Explanation(
                expected:
                    "jsonrpc \"2.0\", a method, an id that is a string or an integer, and params that are an object",
                received: received, hint: hint),
            id: id)
    }

    private static func hint(ofUnusable id: JSONValue) -> SafeText? {
        switch id {
        case .null: "A request has an id of its own; a notification has none, not even null."
        case .number: nil
        case .string: "It is too long: a counter or a UUID is enough."
        case .bool, .array, .object: "Send a string or an integer that no other request of this client uses."
        }
    }

    private static func members(of message: JSONObject) -> SafeText {
        let members = message.members.map(\.name).filter(Member.all.contains)
        return members.isEmpty ? "none of the members of JSON-RPC" : "the members \(SafeText(list: members))"
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
