internal import MCPCore
internal import Primitives

/// Resumes event streams of the older revisions.
///
/// MCP 2025-11-25, basic/transports, "Resumability and Redelivery": a server may end a stream before its answer, and
/// the client reconnects with the last `id`, not before the server's `retry`.
extension MCPConnection {
    /// The answer to a request, from its own stream or its continuation.
    ///
    /// - Throws: `protocolViolation` when the stream ends early and cannot be resumed. The caller limits the time.
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
            } catch let error as ClientError where error.code == WebClient.closedCode && resumption.lastID != nil {
                // A broken stream is resumed like one that ended.
            }
            guard resumption.lastID != nil else { throw AnswerReader.incomplete(stream.url) }
            try await Task.sleep(for: .milliseconds(resumption.retry ?? 1000))
            stream = try await continued(resumption, in: session)
        }
    }

    /// Reopens the stream of notifications, or the one of a last event.
    func continued(_ resumption: EventParser.Resumption, in session: LegacyMessage.Session) async throws -> WebStream {
        var fields = [(name: "Accept", value: "text/event-stream")] + session.fields
        if let lastID = resumption.lastID { fields.append((HeaderName.lastEventID, lastID)) }
        return try await endpoint.open(.get, fields: fields, operation: "GET")
    }
}
