internal import Primitives
internal import MCPCore

/// Event streams of the older revisions go on where they broke.
///
/// MCP 2025-11-25, basic/transports, "Resumability and Redelivery": a server may end a stream before its answer, and
/// the client comes back with the last `id` it saw, not before the server's `retry`.
extension MCPConnection {
    /// The answer to a request, from its own stream or from what continues that.
    ///
    /// - Throws: `protocolViolation` when the stream ends early and cannot be continued. The caller bounds the time.
    func answer(
        to id: JSONValue, from stream: WebStream, in session: LegacyMessage.Session, clock: AnswerClock
    ) async throws -> JSONObject {
        var stream = stream
        var resumption = EventParser.Resumption()
        while true {
            do {
                let found = try await reader.find(id, in: stream, resumption: &resumption, clock: clock) {
                    await received($0)
                }
                if let found { return found }
            } catch let error as ClientError where error.code == "closed" && resumption.lastID != nil {
                // A broken stream is continued like one that ended.
            }
            guard resumption.lastID != nil else { throw AnswerReader.incomplete(stream.url) }
            try await Task.sleep(for: .milliseconds(resumption.retry ?? 1000))
            stream = try await continued(resumption, in: session)
        }
    }

    /// The stream of notifications, or the one that a last event belongs to.
    func continued(_ resumption: EventParser.Resumption, in session: LegacyMessage.Session) async throws -> WebStream {
        var fields = [(name: "Accept", value: "text/event-stream")] + session.fields
        if let lastID = resumption.lastID { fields.append((HeaderName.lastEventID, lastID)) }
        return try await endpoint.open(.get, fields: fields, operation: "GET")
    }
}
