internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// The rules of the form of a message, which is judged by what the client sent, however it was answered.
extension RuleChecks {
    /// Judges where a request has its access token.
    mutating func judgeTokenPlace(_ classified: ClassifiedExchange) {
        let (exchange, moment) = (classified.exchange, classified.moment)
        let fields = exchange.request.fields["authorization"]
        let name = "\(ParameterName.accessToken.rawValue)="
        let isInURL =
            exchange.request.query?.split(separator: "&").contains { $0.utf8.starts(with: name.utf8) } ?? false
            || !(classified.query?.values(.accessToken) ?? []).isEmpty
        let problem: SafeText? =
            if isInURL {
                "The access token is in the URL."
            } else if fields.count > 1 {
                "There are \(fields.count) Authorization headers."
            } else {
                nil
            }
        // A request without a token may turn out to be another flow's.
        if classified.requestFields.bearer == nil {
            if let problem { return record[early: classified].breaks(.tokenInHeader, moment, problem) }
            if !fields.isEmpty { record[early: classified].doubts(.tokenInHeader, moment) }
        } else if let problem {
            record.findings.breaks(.tokenInHeader, moment, problem)
        } else if exchange.status >= 400, (try? BearerToken.parse(fields)) == nil {
            record.findings.doubts(.tokenInHeader, moment)
        }
    }

    /// Judges the header and the body of a message.
    mutating func judgeForm(_ classified: ClassifiedExchange, _ session: CredentialHistory.Session?) {
        let (request, moment) = (classified.exchange.request, classified.moment)
        let isServed = classified.exchange.status < 400 && !classified.isHarmed
        let accept = Accept(request.fields)
        if !accept.json || !accept.eventStream {
            record.findings.breaks(.accept, moment, "Accept lacks application/json or text/event-stream.")
        } else if !accept.namesJSON || !accept.namesEventStream {
            record.findings.doubts(.accept, moment)
        } else if isServed {
            record.findings.keeps(.accept, moment)
        }
        let types = request.fields["content-type"]
        guard request.fields.mediaType == "application/json" else {
            return record.findings.breaks(.contentType, moment, "Content-Type is not application/json.")
        }
        let parameters = types.joined().lowercased().split(separator: ";").dropFirst().joined()
        if types.count > 1 || parameters.contains("charset") && !parameters.contains("utf-8") {
            record.findings.doubts(.contentType, moment)
        } else if isServed {
            record.findings.keeps(.contentType, moment)
        }
        if let problem = Self.problem(ofBody: classified, session) {
            record.findings.breaks(.jsonRPC, moment, problem)
        } else if isServed {
            record.findings.keeps(.jsonRPC, moment)
        }
    }

    /// Judges the revision that a request of a session names.
    mutating func judgeVersion(_ session: CredentialHistory.Session, _ classified: ClassifiedExchange) {
        guard session.version >= Self.firstVersionWithHeader else { return }
        // A request of the stateless revision is none of the session.
        guard !classified.isModern || !classified.namesRevision else { return }
        let versions = classified.exchange.request.fields[HeaderName.protocolVersion]
        guard versions == [session.version] else {
            return record.findings.breaks(
                .versionHeader, classified.moment,
                "\(SafeText(field: HeaderName.protocolVersion, versions)); \(public: session.version) was agreed on.")
        }
        if classified.exchange.status < 400 { record.findings.keeps(.versionHeader, classified.moment) }
    }

    private static let firstVersionWithHeader = "2025-06-18"

    // MARK: - JSON-RPC

    /// What makes a body no message of JSON-RPC 2.0, in the form of MCP.
    static func problem(ofBody classified: ClassifiedExchange, _ session: CredentialHistory.Session?) -> SafeText? {
        guard classified.isBatch else {
            return classified.message.map(problem(ofMessage:)) ?? "The body is no JSON object."
        }
        let version =
            session?.version ?? classified.exchange.request.fields.first(HeaderName.protocolVersion)
            ?? revisionWithBatches
        guard version == revisionWithBatches || ProtocolVersion(rawValue: version) == nil else {
            return "The body is a batch, which MCP \(public: version) does not have."
        }
        guard !classified.messages.isEmpty else { return "The batch has no message." }
        return classified.messages.lazy.compactMap(problem(ofMessage:)).first
    }

    private static let revisionWithBatches = "2025-03-26"

    /// What makes an object no message of JSON-RPC 2.0, in the form of MCP.
    private static func problem(ofMessage message: JSONObject) -> SafeText? {
        if message[Member.jsonrpc]?.string != Member.version { return "The message has no jsonrpc of \"2.0\"." }
        if let id = message[Member.id], id.string == nil, id.number?.intValue == nil {
            return "The id is \(id.kind); it is text or an integer."
        }
        if let method = message[Member.method] {
            guard let method = method.string else { return "The method is \(method.kind); it is text." }
            let isNotification = NotificationName.isOne(method)
            if isNotification, message[Member.id] != nil { return "The notification has an id, as a request has." }
            if !isNotification, message[Member.id] == nil { return "The request has no id." }
        } else if message[Member.result] == nil, message[Member.error] == nil {
            return "The message has no method."
        }
        if let params = message[Member.params], params.object == nil {
            return "The params are \(params.kind); they are an object."
        }
        return nil
    }
}

extension ClassifiedExchange {
    /// Whether a message names the revision that it is of, as those of the stateless revision do.
    fileprivate var namesRevision: Bool {
        messages.contains { $0[Member.params]?.object?[MetaKey.meta]?.object?[MetaKey.protocolVersion] != nil }
    }
}
