internal import MCP
internal import OAuth

/// A session whose answers are seen as they come: nothing is repeated, and no session is opened again.
struct PlainSession {
    let doctor: Doctor
    let token: Secret
    let session: LegacyMessage.Session

    /// Opens a session; nil when the server does not, or keeps none.
    init?(of doctor: Doctor, token: Secret, version: ProtocolVersion) async throws {
        (self.doctor, self.token) = (doctor, token)
        let fields = ModernMessage.commonFields + [(name: "Authorization", value: "Bearer \(token.reveal())")]
        let (answer, _) = try await doctor.fetch(
            WebRequest(
                .post, doctor.server.text, fields: fields, body: LegacyMessage.initialize(id: 1, version: version)))
        guard let answer, answer.head.isSuccess, let id = answer.head.first("mcp-session-id") else { return nil }
        session = LegacyMessage.Session(version: version, id: id)
        _ = try await post(id: nil, "notifications/initialized", [:])
    }

    /// Sends a request.
    func ask(_ method: Method, _ params: JSONObject = [:]) async throws -> (WebResponse?, String) {
        try await post(id: 2, method.rawValue, params)
    }

    /// Ends the session.
    func end() async throws -> (WebResponse?, String) {
        try await doctor.fetch(WebRequest(.delete, doctor.server.text, fields: fields))
    }

    private var fields: [(name: String, value: String)] {
        ModernMessage.commonFields + session.fields + [(name: "Authorization", value: "Bearer \(token.reveal())")]
    }

    private func post(id: JSONValue?, _ method: String, _ params: JSONObject) async throws -> (WebResponse?, String) {
        let body = LegacyMessage.body(id: id, method: method, params: params)
        return try await doctor.fetch(WebRequest(.post, doctor.server.text, fields: fields, body: body))
    }
}
