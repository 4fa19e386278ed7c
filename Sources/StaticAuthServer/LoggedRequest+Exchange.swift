internal import FlowRecorder
internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

extension LoggedRequest {
    /// Reads what the log says of a request and its answer; an answer's body only where it may be a refusal.
    init(_ context: RequestContext, _ answer: Answer, _ errors: ErrorResponses) {
        let (request, secrets) = (context.request, errors.secrets)
        self.init(
            method: request.method.rawValue, path: secrets.scanned(path: request.path),
            status: answer.response.status.code,
            milliseconds: Self.milliseconds(ContinuousClock.now - context.start))
        number = context.entry?.number
        event = Self.event(context)
        fault = answer.fault?.text
        // All of it is searched before a part of it is taken, which could be a part of a secret.
        client = request.fields.first("user-agent").map { Self.program(secrets.excerpt($0).text) }
        let parents = request.fields[TraceName.parent]
        trace = Self.trace(parents.count == 1 ? parents.first : nil, request, secrets)
        switch context.endpoint {
        case .token:
            grant = Self.grant(request).map { secrets.excerpt($0).text }
        case .mcp where request.method == .post:
            let message = Self.message(request.body)
            rpc = message?["method"]?.string.map { secrets.excerpt($0).text }
            let meta = message?["params"]?.object?[MetaKey.meta]?.object
            trace = Self.trace(meta?[TraceName.parent]?.string, request, secrets) ?? trace
            if rpc == Method.callTool.rawValue {
                tool = message?["params"]?.object?["name"]?.string.map { secrets.excerpt($0).text }
            }
            if let info = message.flatMap(ClientInfo.init(in:)) {
                client = secrets.excerpt([info.name, info.version].compactMap(\.self).joined(separator: " ")).text
            }
        default: break
        }
        let refusal = Self.refusal(answer, context.endpoint)
        error = refusal.map { secrets.excerpt($0.error).text }
        mood = Self.mood(context, answer, error)
        guard mood == .attention || mood == .failure else { return }
        let origin = (try? context.origin.get())?.text ?? errors.baseURL
        link = number.map { origin + Path.debugEntry($0) }
        // A message may repeat what the client sent.
        advice = Self.advice(answer, refusal.map { secrets.excerpt($0.description).text })
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        let thousandths = String(microseconds % 1000 + 1000).dropFirst()
        return "\(microseconds / 1000).\(thousandths)"
    }

    // MARK: - The request

    private static func event(_ context: RequestContext) -> String? {
        switch context.endpoint {
        case .token: "token request"
        case .authorize: "authorization request"
        case .login: context.request.method == .get ? "login page" : "login"
        case .introspect: "introspection"
        case .revoke: "revocation"
        case .register: "registration"
        case .metadata: "metadata"
        case .resourceMetadata: "resource metadata"
        case .mcp: context.request.method == .get ? "event stream" : nil
        case .callback: "callback"
        case .home: "start page"
        case .health: "health check"
        case .other: nil
        }
    }

    /// The trace of a `traceparent`; nil where that is missing or invalid.
    private static func trace(_ parent: String?, _ request: HTTPRequest, _ secrets: SecretScanner) -> String? {
        guard let parent else { return nil }
        let session = request.fields.first(HeaderName.session)
        return (try? secrets.traceContext(parent, session: session))?.id.text
    }

    private static func grant(_ request: HTTPRequest) -> String? {
        guard request.isForm else { return nil }
        return (try? FormParameters(decoding: request.body))?.values(.grantType).first
    }

    /// The message in a body, or the first one of a batch.
    private static func message(_ body: [UInt8]) -> JSONObject? {
        guard let value = try? JSONParser.parse(body) else { return nil }
        return value.object ?? value.array?.first?.object
    }

    /// The program that a User-Agent names first; every browser calls itself Mozilla.
    private static func program(_ agent: String) -> String {
        let first = agent.split(separator: " ", maxSplits: 1).first.map(String.init) ?? ""
        return first.hasPrefix("Mozilla/") ? "browser" : first
    }

    // MARK: - The answer

    /// The error in an answer: of a refusal, in a redirect, or in a message.
    private static func refusal(_ answer: Answer, _ endpoint: EndpointName) -> Answer.Refusal? {
        let response = answer.response
        if endpoint == .mcp, answer.explanation != nil || response.status.code >= 400, let found = message(response) {
            return found
        }
        if let refusal = answer.refusal { return refusal }
        guard let target = response.fields.first("location"), let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")),
            let parameters = try? FormParameters(decoding: target.utf8[mark...].dropFirst()),
            let error = parameters.values(.error).first
        else { return nil }
        return Answer.Refusal(error, parameters.values(.errorDescription).first ?? "")
    }

    private static func message(_ response: HTTPResponse) -> Answer.Refusal? {
        guard case .bytes(let bytes) = response.body, let document = message(bytes) else { return nil }
        if let error = document["error"]?.object, let code = error["code"]?.number?.intValue {
            return Answer.Refusal(String(code), error["message"]?.string ?? "")
        }
        return document["result"]?.object?["isError"]?.bool == true ? Answer.Refusal("tool failed", "") : nil
    }

    private static func mood(_ context: RequestContext, _ answer: Answer, _ error: String?) -> Mood {
        if answer.fault != nil { return .attention }
        let isMetadata = [.metadata, .resourceMetadata].contains(context.endpoint)
        switch answer.response.status.code {
        // The first request of a flow, and a client that looks where metadata may be.
        case 401 where context.endpoint == .mcp && !context.request.fields.contains("authorization"): return .expected
        case 404 where isMetadata || context.endpoint == .other: return .expected
        case 401, 403, 404: return context.endpoint == .mcp ? .attention : .failure
        case 429, 503: return .attention
        case 400...: return .failure
        default:
            guard let error else { return context.isOwnPage ? .page : .fine }
            return error == OAuthError.Code.accessDenied.rawValue ? .attention : .failure
        }
    }

    /// The hint, or what else explains a refusal; of a fault its description.
    private static func advice(_ answer: Answer, _ description: String?) -> [String] {
        if let fault = answer.fault { return [fault.text] }
        if let hint = answer.explanation?.hint { return [hint.text] }
        var lines = [description].compactMap(\.self).filter { !$0.isEmpty }
        if let expected = answer.explanation?.expected, let received = answer.explanation?.received {
            lines.append("Expected: \(expected.text). Received: \(received.text).")
        }
        return lines
    }
}
