internal import Primitives
internal import HTTPEdge
internal import MCPCore
internal import OAuth

/// Why the MCP server refused a message, found by reading the request once more.
///
/// The MCP server knows nothing of debugging; a request that it refused can afford a second look, and no more: there is
/// one diagnosis for an answer, however many errors it tells.
struct MCPDiagnosis: Sendable {
    private let request: HTTPRequest
    private let toolNames: [String]
    private let body: JSONValue?
    /// The message that was refused; empty where the body is none.
    private let message: JSONObject
    /// The messages of a batch, by the JSON of their ids.
    private let batch: [[UInt8]: JSONObject]

    init(_ request: HTTPRequest, toolNames: [String]) {
        self.request = request
        self.toolNames = toolNames
        body = try? JSONParser.parse(request.body)
        message = body?.object ?? [:]
        let messages = (body?.array ?? []).compactMap(\.object).compactMap { message in
            message["id"].map { (JSONWriter.bytes(of: $0), message) }
        }
        batch = Dictionary(messages) { first, _ in first }
    }

    /// Looks at one message of a batch: the one that an answer has the id of.
    private init(_ whole: MCPDiagnosis, answeredBy id: JSONValue?) {
        (request, toolNames, body, batch) = (whole.request, whole.toolNames, whole.body, [:])
        message = id.flatMap { whole.batch[JSONWriter.bytes(of: $0)] } ?? whole.message
    }

    private var params: JSONObject { message["params"]?.object ?? [:] }
    private var meta: JSONObject { params[MetaKey.meta]?.object ?? [:] }
    private var method: String? { message["method"]?.string }

    /// Explains the refusal.
    func explanation(of refusal: MessageRefusal) -> Explanation? {
        explanation(of: refusal.response.error.code, refusal.status)
    }

    /// Explains what an answer with the status 200 says went wrong: an error, or a tool's own failure.
    ///
    /// - Parameter answer: one JSON-RPC response.
    func explanation(within answer: JSONObject) -> Explanation? {
        let part = MCPDiagnosis(self, answeredBy: answer["id"])
        guard let error = answer["error"]?.object else { return part.failedTool }
        let code = error["code"]?.number?.intValue.flatMap(JSONRPCError.Code.init(rawValue:))
        return code.flatMap { part.explanation(of: $0, 200) }
    }

    private func explanation(of code: JSONRPCError.Code, _ status: Int) -> Explanation? {
        switch code {
        case .parseError: unreadable
        case .invalidRequest where status == 404: unknownSession
        case .invalidRequest: invalidRequest
        case .methodNotFound: unknownMethod
        case .invalidParams: status == 400 ? missingEnvelope : wrongParameters
        case .headerMismatch: headerMismatch
        case .unsupportedProtocolVersion: unsupportedVersion
        case .missingRequiredClientCapability: missingCapability
        case .internalError: internalError
        }
    }

    private var unreadable: Explanation {
        let hint: SafeText? =
            switch request.body.first {
            case nil: "The body is empty."
            case UInt8(ascii: "{"), UInt8(ascii: "["): "The message says at which byte reading stopped."
            default: "It does not begin with a brace, so it is no JSON object."
            }
        return Explanation(
            expected: "one JSON-RPC message as JSON in UTF-8",
            received: "\(request.body.count) bytes that are not JSON",
            hint: hint)
    }

    private var unknownSession: Explanation {
        Explanation(
            expected: "the Mcp-Session-Id of a session that lives",
            received: request.fields.first(MCPField.session).map { "one of \(Secret($0))" } ?? "none")
    }

    private var invalidRequest: Explanation {
        if body?.array != nil {
            return Explanation(
                expected: "one message in each POST", received: "a batch",
                hint: "Batches exist in revision 2025-03-26 only, and there within a session.")
        }
        let isMessage = request.method != .post || (message["jsonrpc"] == "2.0" && method != nil)
        if isMessage, request.fields.first(MCPField.session) == nil, message["id"] != .null {
            return Explanation(
                expected: "Mcp-Session-Id, or in params._meta the protocol version 2026-07-28",
                received: "neither",
                hint: "Send the Mcp-Session-Id that came with the answer to initialize in every request after it.")
        }
        if isMessage, method == "initialize" {
            return Explanation(
                expected: "initialize without Mcp-Session-Id", received: "one for a session that lives",
                hint: "A session is initialized once. Leave the header out to open another.")
        }
        let members = message.members.map(\.name).filter {
            ["jsonrpc", "id", "method", "params", "result", "error"].contains($0)
        }
        return Explanation(
            expected: "jsonrpc \"2.0\", a method, an id that is a string or an integer, and params that are an object",
            received: members.isEmpty ? "none of the members of JSON-RPC" : "the members \(SafeText(list: members))")
    }

    private var unknownMethod: Explanation {
        let isModern = meta[MetaKey.protocolVersion] != nil
        let known =
            isModern
            ? ["server/discover", "tools/list", "tools/call", "subscriptions/listen"]
            : ["initialize", "ping", "tools/list", "tools/call"]
        let method = method ?? ""
        let hint: SafeText? =
            if isModern, ["initialize", "ping", "logging/setLevel"].contains(method) {
                "Revision 2026-07-28 has removed it."
            } else if ["prompts/", "resources/", "completion/"].contains(where: method.hasPrefix) {
                "The server's capabilities list tools only."
            } else {
                SpellingSuggestion.name(to: method, among: known).map { "Did you mean '\(public: $0)'?" }
            }
        return Explanation(expected: SafeText(list: known), received: "'\(public: method)'", hint: hint)
    }

    private var missingEnvelope: Explanation {
        let keys = [MetaKey.protocolVersion, MetaKey.clientCapabilities]
        let present = keys.filter { meta[$0] != nil }
        return Explanation(
            expected: "params._meta with '\(public: keys[0])', a string, and '\(public: keys[1])', an object",
            received: params[MetaKey.meta] == nil
                ? "no params._meta" : present.isEmpty ? "neither of them" : SafeText(list: present),
            hint: "MCP-Protocol-Version names a revision in which every request says so in its body as well.")
    }

    private var wrongParameters: Explanation? {
        guard method == "tools/call" else {
            return params["cursor"].map { _ in
                Explanation(expected: "no cursor", received: "a cursor", hint: "All tools fit on the first page.")
            }
        }
        guard let name = params["name"]?.string else {
            return Explanation(expected: "params.name, one of \(SafeText(list: toolNames))", received: "no name")
        }
        guard toolNames.contains(name) else {
            return Explanation(
                expected: "one of \(SafeText(list: toolNames))", received: "'\(public: name)'",
                hint: SpellingSuggestion.name(to: name, among: toolNames).map { "Did you mean '\(public: $0)'?" }
                    ?? "tools/list names the tools.")
        }
        return Explanation(
            expected: "arguments that fit the tool's inputSchema",
            received: params["arguments"].map {
                "arguments with \(SafeText(list: $0.object?.members.map(\.name) ?? []))"
            }
                ?? "no arguments")
    }

    private var failedTool: Explanation {
        Explanation(
            expected: "arguments that fit the inputSchema, and a call that the tool can carry out",
            received: params["arguments"]?.object.map { "arguments with \(SafeText(list: $0.members.map(\.name)))" }
                ?? "no arguments",
            hint:
                "The tool says in the result's content what is wrong, for the model that called it. For the client the "
                + "call has come to its end.")
    }

    private var internalError: Explanation {
        guard method == "tools/call" else {
            return Explanation(
                expected: "no more open streams than a client needs", received: "one more than there may be",
                hint: "Close streams that nobody reads.")
        }
        return Explanation(
            expected: "a result that fits the tool's outputSchema",
            received: "a failure that the tool does not foresee",
            hint: "The request is not to blame. Look at the tool.")
    }

    private var missingCapability: Explanation {
        let declared = meta[MetaKey.clientCapabilities]?.object?.members.map(\.name) ?? []
        return Explanation(
            expected: "the capabilities of data.requiredCapabilities in '\(public: MetaKey.clientCapabilities)'",
            received: declared.isEmpty ? "none" : SafeText(list: declared))
    }

    private var headerMismatch: Explanation {
        let pairs: [(header: String, body: String?)] = [
            ("MCP-Protocol-Version", meta[MetaKey.protocolVersion]?.string), ("Mcp-Method", method),
            ("Mcp-Name", params["name"]?.string ?? params["uri"]?.string),
        ]
        let wrong = pairs.first { pair in
            guard let body = pair.body, pair.header != "Mcp-Name" || method == "tools/call" else { return false }
            return request.fields[pair.header] != [body]
        }
        guard let wrong else {
            return Explanation(
                expected: "Mcp-Param headers that repeat the arguments marked with x-mcp-header",
                received: "others, or none")
        }
        let hint: SafeText =
            switch request.fields[wrong.header] {
            case []: "Every request of this revision repeats its version, its method and its name in headers."
            case let values where values.count > 1: "The header is there \(values.count) times. Send it once."
            case let values where values[0].lowercased() == wrong.body?.lowercased():
                "They differ only in case, which counts in values."
            default: "Set the header from the message that is sent, not once for the connection."
            }
        return Explanation(
            expected: "\(public: wrong.header): \(public: wrong.body ?? "")",
            received: request.fields.said(wrong.header), hint: hint)
    }

    private var unsupportedVersion: Explanation {
        let requested = meta[MetaKey.protocolVersion]?.string ?? request.fields.first("mcp-protocol-version") ?? ""
        let known = ProtocolVersion.allCases.map(\.rawValue)
        let hint: SafeText =
            known.contains(requested)
            ? "This revision opens a session with initialize, and says nothing in _meta."
            : SpellingSuggestion.name(to: requested, among: known).map { "Did you mean '\(public: $0)'?" }
                ?? "Take the newest that both sides know."
        return Explanation(
            expected: SafeText(list: known), received: "'\(public: requested)'", hint: hint)
    }
}
