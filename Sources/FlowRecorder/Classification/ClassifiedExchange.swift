internal import HTTPEdge
internal import MCPCore
internal import OAuth
package import Primitives

/// An exchange, classified as an event of OAuth or MCP.
///
/// Like the exchange it holds secrets and is not kept. Later steps do not read the bytes again.
struct ClassifiedExchange {
    /// The kind of event.
    enum Event {
        /// A request for metadata of the resource or of the authorization server.
        case discovery
        /// An authorization request, at `/authorize` or at `/login`, which repeats it.
        case authorization(FormParameters, AuthorizationOutcome)
        /// A token request, with its form.
        case token(FormParameters, TokenOutcome)
        case introspection(Digest?)
        case revocation(Digest?)
        case registration
        /// A code that arrived at our own callback page.
        case callback(Digest?)
        /// A request to `/mcp`.
        case message
        /// A CORS preflight of a browser.
        case preflight
        case other
    }

    /// The outcome of an authorization request.
    enum AuthorizationOutcome {
        /// A redirect to the login page, or the page itself.
        case loginPage
        case wrongPassword
        case code(Digest)
        /// An error for the client, with its `error` code and description.
        case error(String, String)
        /// An error that only the person sees, because the client or its redirect URI is not trusted.
        case refused
    }

    /// The outcome of a token request.
    enum TokenOutcome {
        case issued(AnsweredTokens)
        /// The `error` code; empty where the answer has none.
        case refused(String)
    }

    let exchange: Exchange
    let event: Event
    let requestFields: RecordedFields
    let responseFields: RecordedFields
    /// The parameters of the query; nil when there are none, or they cannot be decoded.
    let query: FormParameters?
    /// The parameters of a posted form; nil when there are none, or they cannot be decoded.
    let form: FormParameters?
    /// The machine of the client; all loopback addresses are one machine.
    let machine: String
    /// What the request tells about its client.
    let sender: SenderFacts
    private let bodies: ParsedBodies

    init(_ exchange: Exchange) {
        let request = exchange.request
        self.exchange = exchange
        requestFields = RecordedFields(request.fields)
        responseFields = RecordedFields(exchange.response.fields)
        query = request.query.flatMap { try? FormParameters(decoding: $0.utf8) }
        form = request.isForm ? try? FormParameters(decoding: request.body) : nil
        machine = request.isFromThisMachine ? "localhost" : request.peer
        bodies = ParsedBodies(exchange)
        event = request.method == .options ? .preflight : Self.event(of: exchange, query, form, bodies)
        sender = SenderFacts(
            request.fields, machine: machine,
            clientID: { [event, form, requestFields] in
                if case .authorization(let request, _) = event { return request.secret(.clientID) }
                return form?.secret(.clientID) ?? requestFields.clientID.map(Digest.init(of:))
            }, messages: { [bodies] in bodies.messages })
    }

    /// The request's number and time.
    var moment: CredentialHistory.EntryReference {
        CredentialHistory.EntryReference(entry: exchange.number, time: exchange.time)
    }

    private static func event(
        of exchange: Exchange, _ query: FormParameters?, _ form: FormParameters?, _ bodies: ParsedBodies
    ) -> Event {
        switch exchange.endpoint {
        case .mcp: return .message
        case .metadata, .resourceMetadata: return .discovery
        case .authorize, .login: return authorization(exchange, query, form, bodies)
        case .token: return .token(form ?? FormParameters(), tokenOutcome(exchange, bodies.answer))
        case .introspect: return .introspection(form?.secret(.token))
        case .revoke: return .revocation(form?.secret(.token))
        case .register: return .registration
        case .callback: return .callback(query?.secret(.code))
        case .home, .health, .other: return .other
        }
    }

    private static func authorization(
        _ exchange: Exchange, _ query: FormParameters?, _ form: FormParameters?, _ bodies: ParsedBodies
    ) -> Event {
        let query = query ?? FormParameters()
        let isForm = exchange.request.method == .post && query.isEmpty
        return .authorization(isForm ? form ?? query : query, authorizationOutcome(exchange, bodies))
    }

    private static func authorizationOutcome(
        _ exchange: Exchange, _ bodies: ParsedBodies
    ) -> AuthorizationOutcome {
        if let parameters = redirect(in: exchange.response) {
            if let code = parameters.secret(.code) { return .code(code) }
            if let error = parameters.first(.error) {
                return .error(error, parameters.first(.errorDescription) ?? "")
            }
        }
        switch exchange.status {
        case ..<400: return .loginPage
        case 403, 429: return exchange.endpoint == .login ? .wrongPassword : .refused
        default: return .refused
        }
    }

    /// The parameters of the redirect in an answer, or in the document for a program that logs in.
    static func redirect(in response: HTTPResponse) -> FormParameters? {
        var target = response.fields.first("location")
        if target == nil, case .bytes(let bytes) = response.body {
            target = (try? JSONParser.parse(bytes))?.object?["redirect_to"]?.string
        }
        guard let target, let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return try? FormParameters(decoding: target.utf8[mark...].dropFirst())
    }

    /// The parameters of an authorization response.
    var authorizationResponse: FormParameters? { Self.redirect(in: exchange.response) }

    private static func tokenOutcome(_ exchange: Exchange, _ document: JSONObject) -> TokenOutcome {
        guard exchange.status == 200, document["error"] == nil else {
            return .refused(document["error"]?.string ?? "")
        }
        return .issued(AnsweredTokens(document))
    }
}

/// The digests of the tokens in an answer, and their lifetime and scope as stated there.
struct AnsweredTokens {
    let access: Digest?
    let refresh: Digest?
    /// Seconds.
    let expiresIn: Int?
    let scope: String?
}

/// The name and version that a client gives itself.
package struct ClientInfo {
    package let name: String
    package let version: String?

    /// Reads them from a message; nil when it has none.
    package init?(in message: JSONObject) {
        let params = message["params"]?.object
        let isInitialize = message["method"]?.string == Method.initialize.rawValue
        let info =
            isInitialize ? params?["clientInfo"] : params?[MetaKey.meta]?.object?[MetaKey.clientInfo]
        guard let info = info?.object, let name = info["name"]?.string, !name.isEmpty else { return nil }
        (self.name, version) = (name, info["version"]?.string)
    }

    /// The digest of both.
    var digest: Digest { Digest(of: "\(name)\n\(version ?? "")") }
}

// MARK: - Messages to the MCP server

extension ClassifiedExchange {
    /// The message in the body; nil when there is none, or a batch.
    var message: JSONObject? { bodies.request?.object }

    /// The message in the body, or those of a batch (MCP 2025-03-26) in order.
    var messages: [JSONObject] { bodies.messages }

    /// The name and version that the client gives itself: in `initialize`, or in every request of a modern revision.
    var clientInfo: ClientInfo? { sender.clientInfo }

    /// The trace context, read on first access.
    func trace(_ secrets: SecretScanner) -> RecordedTrace? {
        bodies.trace(requestFields.session, secrets)
    }

    /// Whether the body is a batch.
    var isBatch: Bool { bodies.request?.array != nil }

    /// Whether the request is of the stateless revision.
    var isModern: Bool {
        exchange.request.fields.first(HeaderName.protocolVersion).flatMap(ProtocolVersion.init(rawValue:))?.era
            == .modern
    }

    /// The revision in the answer to `initialize`.
    var negotiatedVersion: String? {
        bodies.answer["result"]?.object?["protocolVersion"]?.string
    }

    /// Whether a message completes the handshake of the legacy revisions.
    var isInitialized: Bool {
        messages.contains { $0["method"]?.string == NotificationName.initialized && $0["id"] == nil }
    }

    /// The JSON-RPC error of the answer.
    var rpcError: (code: Int, message: String)? {
        guard let error = bodies.answer["error"]?.object, let code = error["code"]?.number?.intValue
        else { return nil }
        return (code, error["message"]?.string ?? "")
    }

    /// The issuer that the metadata in the answer name, and whether they promise that responses name it, too.
    var issuer: (name: String, isPromised: Bool)? {
        bodies.answer["issuer"]?.string.map { name in
            (name, bodies.answer["authorization_response_iss_parameter_supported"] == true)
        }
    }

    /// The description of an OAuth error in the answer.
    var errorDescription: String? { bodies.answer["error_description"]?.string }

    /// The error of a challenge, such as `insufficient_scope`; nil without a challenge or without an error in it.
    var challengeError: String? { challengeParameter("error") }

    /// The scopes in a challenge.
    var challengeScope: String? { challengeParameter("scope") }

    /// The URL of the resource's metadata in a challenge.
    var challengedMetadata: String? { challengeParameter("resource_metadata") }

    /// Reads a parameter of the challenge as this server writes it: each value is quoted, escapes are rare.
    private func challengeParameter(_ name: String) -> String? {
        guard let challenge = exchange.response.fields.first("www-authenticate"),
            let start = challenge.range(ofText: " \(name)=\"")
        else { return nil }
        return String(Substring(challenge.utf8[start...].prefix { $0 != UInt8(ascii: "\"") }))
    }
}

extension String {
    /// The position after the first occurrence of a text.
    fileprivate func range(ofText text: String) -> String.Index? {
        utf8.firstRange(of: text.utf8)?.upperBound
    }
}

/// The bodies of an exchange, each parsed once, on first access.
private final class ParsedBodies {
    private let exchange: Exchange

    init(_ exchange: Exchange) { self.exchange = exchange }

    /// The JSON of the request; nil when it is not JSON.
    private(set) lazy var request = try? JSONParser.parse(exchange.request.body)

    /// The message of the request, or those of a batch.
    private(set) lazy var messages =
        request.map { body in
            body.object.map { [$0] } ?? body.array?.compactMap(\.object) ?? []
        } ?? []

    /// The trace context of the request.
    func trace(_ session: Digest?, _ secrets: SecretScanner) -> RecordedTrace? {
        if let trace { return trace }
        let isMessage = exchange.endpoint == .mcp
        let read = RecordedTrace(exchange.request.fields, isMessage ? messages : [], session: session, secrets)
        trace = .some(read)
        return read
    }

    private var trace: RecordedTrace??

    /// The object in the answer; empty when there is none.
    private(set) lazy var answer = (try? JSONParser.parse(exchange.answerBody))?.object ?? [:]
}

extension FormParameters {
    /// The first value of a parameter that is public.
    func first(_ name: ParameterName) -> String? { values(name).first }

    /// The digest of the first value of a parameter that is secret.
    func secret(_ name: ParameterName) -> Digest? { values(name).first.map(Digest.init(of:)) }
}
