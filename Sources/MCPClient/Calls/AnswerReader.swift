internal import MCPCore
internal import Primitives

/// Reads JSON-RPC messages from an answer, a document or an event stream.
struct AnswerReader {
    let web: WebClient

    /// Passes on each message until the function returns false or the answer ends.
    ///
    /// - Throws: ``RemoteError`` for a refusal with a JSON-RPC error, ``ClientError`` for any other and for malformed
    ///   messages.
    func messages(
        of stream: WebStream, isolation: isolated (any Actor)? = #isolation,
        _ take: (JSONObject) async throws -> Bool
    ) async throws {
        var resumption = EventParser.Resumption()
        try await messages(of: stream, resumption: &resumption, take)
    }

    /// The same, recording what the event stream says about its continuation.
    ///
    /// - Parameter limit: the maximum size of an event stream in bytes; nil for one that stays open.
    func messages(
        of stream: WebStream, resumption: inout EventParser.Resumption, limit: Int? = nil,
        isolation: isolated (any Actor)? = #isolation, _ take: (JSONObject) async throws -> Bool
    ) async throws {
        guard stream.head.isSuccess else { throw try await refusal(stream) }
        switch stream.head.mediaType {
        case "application/json":
            let bytes = try await stream.collect(web.limits.bodyBytes)
            for message in try Self.messages(in: bytes, from: stream.place) {
                guard try await take(message) else { return }
            }
        case "text/event-stream":
            var parser = EventParser(limit: web.limits.bodyBytes, resumption: resumption)
            defer { resumption = parser.resumption }
            var rest = limit ?? .max
            try await stream.chunks { chunk in
                rest -= chunk.count
                guard rest >= 0 else {
                    throw ClientError(
                        .protocolViolation,
                        "\(stream.url.withoutQuery) sent more than \(limit ?? 0) bytes of events and no answer.")
                }
                for event in try parser.feed(chunk) where event.name == "message" {
                    for message in try Self.messages(in: Array(event.data.utf8), from: stream.place) {
                        web.trace?.event(.object(message))
                        guard try await take(message) else { return false }
                    }
                }
                return true
            }
        default:
            throw ClientError(
                .protocolViolation,
                "\(stream.place) answered with '\(stream.head.mediaType.printable(60))', which is neither JSON nor an "
                    + "event stream.",
                advice: "Is this the URL of an MCP server? It often ends in /mcp.", code: String(stream.head.status))
        }
    }

    /// The result in the message that answers a request; other messages go to `notify`.
    func answer(
        to id: JSONValue, in stream: WebStream, clock: AnswerClock? = nil,
        isolation: isolated (any Actor)? = #isolation, notify: (JSONObject) async throws -> Void
    ) async throws -> JSONObject {
        var resumption = EventParser.Resumption()
        let found = try await find(id, in: stream, resumption: &resumption, clock: clock, notify: notify)
        guard let found else { throw Self.incomplete(stream.url) }
        return found
    }

    /// The same; nil when the answer ends without that message.
    ///
    /// - Parameter clock: is restarted by each message.
    func find(
        _ id: JSONValue, in stream: WebStream, resumption: inout EventParser.Resumption, clock: AnswerClock? = nil,
        isolation: isolated (any Actor)? = #isolation, notify: (JSONObject) async throws -> Void
    ) async throws -> JSONObject? {
        var answer: JSONObject?
        var strayError: JSONObject?
        try await messages(of: stream, resumption: &resumption, limit: web.limits.streamBytes) { message in
            clock?.sign()
            if Self.answers(message, id) {
                answer = message
                return false
            }
            if message.given(Member.method) == nil, message.given(Member.error) != nil { strayError = message }
            if let clock { try await clock.hold { try await notify(message) } } else { try await notify(message) }
            return true
        }
        // An error with another id is the server's only answer, unless the stream continues.
        guard let answer = answer ?? (resumption.lastID == nil ? strayError : nil) else { return nil }
        if let error = answer.given(Member.error) { throw RemoteError(error, status: stream.head.status) }
        guard let result = answer[Member.result]?.object else {
            throw ClientError(.protocolViolation, "The server's answer has neither a result nor an error.")
        }
        return result
    }

    /// Whether a message answers the request, the only one in this HTTP exchange.
    ///
    /// A server that could not read the request's id sends its error without one or with null (JSON-RPC 2.0 §5); some
    /// turn a number into text, or write `3.0` for 3.
    static func answers(_ message: JSONObject, _ id: JSONValue) -> Bool {
        guard message.given(Member.method) == nil else { return false }
        let answered = message[Member.id] ?? .null
        if answered == id { return true }
        if let number = answered.number?.intValue, number == id.number?.intValue { return true }
        if let text = answered.string, text == id.number?.text { return true }
        return answered == .null && message.given(Member.error) != nil
    }

    static func incomplete(_ url: String) -> ClientError {
        ClientError(
            .protocolViolation, "\(url.withoutQuery) ended its answer without answering the request.",
            advice: "Try again; if it happens again, the server or a proxy before it is at fault.", code: "incomplete")
    }

    /// The meaning of a status other than 2xx: the JSON-RPC error in the body, or only the status and the first words.
    private func refusal(_ stream: WebStream) async throws -> any Error {
        let bytes = try await stream.collect(web.limits.documentBytes)
        let status = stream.head.status
        if let error = (try? JSONParser.parse(bytes.withoutByteOrderMark))?.object?[Member.error]?.object,
            error.given("code") != nil
        {
            return RemoteError(.object(error), status: status)
        }
        let isTemporary = status >= 500 || status == 429
        let words = String(decoding: bytes, as: UTF8.self).trimmingSpace.printable(100)
        return ClientError(
            isTemporary ? .network : status == 403 ? .authorizationRefused : .protocolViolation,
            "\(stream.place) answered with status \(status)\(stream.head.unfollowedRedirect)"
                + (words.isEmpty ? "." : ": \(words)"),
            advice: isTemporary ? "Try again later." : Self.advice[status], code: String(status),
            retryAfter: stream.head.retryAfter)
    }

    private static let advice: [Int: ClientError.Advice] = [
        403: "This is no matter of tokens: the server's own rules, a proxy or a firewall refuse it.",
        404: "Is this the URL of an MCP server? It often ends in /mcp.",
    ]

    /// A message, or the messages of a batch (MCP 2025-03-26).
    private static func messages(in bytes: [UInt8], from place: String) throws(ClientError) -> [JSONObject] {
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes.withoutByteOrderMark)
        } catch {
            throw ClientError(
                .protocolViolation,
                "\(place) sent what is not JSON, at byte \(error.offset): \(error.problem).")
        }
        let messages = (value.array ?? [value]).compactMap(\.object)
        guard messages.count == value.array?.count ?? 1 else {
            throw ClientError(.protocolViolation, "\(place) sent what is no JSON-RPC message.")
        }
        return messages
    }
}
