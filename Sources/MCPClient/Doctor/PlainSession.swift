internal import MCPCore
internal import OAuth
internal import Primitives

/// A handshake and its session, with raw answers: nothing is repeated, and no session is reopened.
struct PlainSession {
    let doctor: Doctor
    let token: Secret
    let session: LegacyMessage.Session
    /// The answer to `initialize`.
    let greeting: (answer: WebResponse?, why: String)
    /// The answer to `notifications/initialized`.
    let accepted: (answer: WebResponse?, why: String)

    /// Performs the handshake.
    ///
    /// - Parameter asked: the version to request, when it differs from the one to use.
    init(of doctor: Doctor, token: Secret, version: ProtocolVersion, asking asked: String? = nil) async throws {
        (self.doctor, self.token) = (doctor, token)
        let fields = ModernMessage.commonFields + [WebRequest.authorization(token)]
        let body = LegacyMessage.initialize(id: 1, version: asked ?? version.rawValue)
        greeting = try await doctor.fetch(WebRequest(.post, doctor.server.text, fields: fields, body: body))
        let id = greeting.answer?.head.first(HeaderName.session) ?? ""
        session = LegacyMessage.Session(version: version, id: id.isEmpty ? nil : id)
        guard greeting.answer?.result(of: 1) != nil else {
            accepted = (nil, "there was no handshake")
            return
        }
        let notification = LegacyMessage.body(id: nil, method: NotificationName.initialized, params: [:])
        accepted = try await doctor.fetch(
            WebRequest(.post, doctor.server.text, fields: Self.fields(session, token), body: notification))
    }

    /// Whether the handshake succeeded; there may be no session.
    var isOpen: Bool { greeting.answer?.result(of: 1) != nil }

    /// Sends a request.
    func ask(_ method: String, _ params: JSONObject = [:]) async throws -> (answer: WebResponse?, why: String) {
        try await post(LegacyMessage.body(id: 2, method: method, params: params))
    }

    /// Sends any message.
    func post(_ body: [UInt8]) async throws -> (answer: WebResponse?, why: String) {
        try await doctor.fetch(WebRequest(.post, doctor.server.text, fields: fields, body: body))
    }

    /// Ends the session, if there is one.
    @discardableResult
    func end() async throws -> (answer: WebResponse?, why: String) {
        guard session.id != nil else { return (nil, "there is no session") }
        return try await doctor.fetch(WebRequest(.delete, doctor.server.text, fields: fields))
    }

    /// The header fields of each request within the session.
    var fields: [(name: String, value: String)] { Self.fields(session, token) }

    private static func fields(
        _ session: LegacyMessage.Session, _ token: Secret
    ) -> [(name: String, value: String)] {
        ModernMessage.commonFields + session.fields + [WebRequest.authorization(token)]
    }
}

extension WebResponse {
    /// The message that answers a request, from a document or an event stream.
    func message(answering id: JSONValue) -> JSONObject? {
        guard head.mediaType == "text/event-stream" else { return json.flatMap { $0[Member.id] == id ? $0 : nil } }
        var parser = EventParser(limit: body.count)
        let messages = (try? parser.feed(body))?.compactMap { (try? JSONParser.parse(Array($0.data.utf8)))?.object }
        return messages?.first { $0[Member.id] == id && $0.given(Member.method) == nil }
    }

    /// The result in the message that answers a request.
    func result(of id: JSONValue) -> JSONObject? { message(answering: id)?[Member.result]?.object }

    /// The error in the message that answers a request.
    func error(of id: JSONValue) -> JSONObject? { message(answering: id)?[Member.error]?.object }
}
