internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import OAuthServer
internal import Primitives

/// `/mcp`: checks the token, passes the message to the MCP server, and writes its reply.
///
/// MCP 2026-07-28, Streamable HTTP, and the transports of the earlier revisions. The token comes before everything in
/// the message: an unauthenticated client learns nothing about it (RFC 6750 §3.1, and SDKs expect 401 before any other
/// error).
struct MCPRoute: Responder {
    let bearer: BearerGuard
    let server: MCPServer
    let streams: TokenStreams
    let now: @Sendable () -> Duration
    let errors: ErrorResponses

    func answer(_ request: HTTPRequest, origin: Origin, entry: Int?) async throws -> Answer {
        let headers = request.derived(MCPHeaders.self)
        let pass = try await bearer.check(request, headers.token)
        let record = pass.record
        let caller = Caller(
            subject: record.grant.subject, clientID: record.grant.clientID, scopes: record.scope.tokens)
        let reply: Reply
        switch request.method {
        case .get: reply = try await server.get(headers: headers.transport, caller: caller)
        case .delete: reply = try await server.delete(headers: headers.transport, caller: caller)
        default:
            if let refusal = headers.refusal { throw refusal }
            reply = try await server.post(body: request.body, headers: headers.transport, caller: caller)
        }
        return try answer(reply, to: request, pass, origin: origin, entry: entry)
    }

    /// Checks the token first, then the form of the message.
    func judge(_ head: HTTPRequest) async throws {
        let headers = head.derived(MCPHeaders.self)
        _ = try await bearer.check(head, headers.token)
        if head.method == .post, let refusal = headers.refusal { throw refusal }
    }

    @inline(never)  // hot path
    private func answer(
        _ reply: Reply, to request: HTTPRequest, _ pass: BearerGuard.Pass, origin: Origin, entry: Int?
    ) throws -> Answer {
        switch reply {
        case .json(let body, let sessionID):
            var answer = Answer(response: Responses.json(.ok, bytes: body))
            if let sessionID { answer.response.fields.append(HeaderName.session, sessionID) }
            answer.isOfMessage =
                reply.isRoutine && request.query == nil && request.fields.contains(HeaderName.protocolVersion)
            return answer
        case .refusal(let message, let status):
            throw MessageRefusal(status: status, message: message)
        case .batch(let responses):
            return answer(responses, to: request, origin: origin, entry: entry)
        case .accepted:
            return Answer(
                response: HTTPResponse(.accepted),
                explanation: entry == nil ? nil : MCPServer.explanation(ofUnanswered: request.body))
        case .noContent:
            return Answer(response: HTTPResponse(.noContent))
        case .methodNotAllowed(let allowed):
            throw RequestRefusal.methodNotAllowed([HTTPMethod(rawValue: allowed)])
        case .notAcceptable:
            throw RequestRefusal.notAcceptable
        case .insufficientScope(let required):
            let scope = Scope(required)
            throw BearerGuard.Refusal(
                error: OAuthError(
                    .insufficientScope, "The access token lacks a scope that this call needs.",
                    BearerGuard.explanation(ofLacking: scope, pass.record.scope, rule: .toolScope)),
                scope: scope)
        case .tooManyCalls(let wait):
            throw RequestRefusal.tooManyCalls(retryAfter: wait)
        case .stream(let stream):
            let response = response(stream, pass) { message in
                Self.event(errors.event(message, request, origin: origin, entry: entry))
            }
            return Answer(response: response)
        }
    }

    /// The answer to a batch, with an explanation in each error.
    private func answer(_ batch: [Response], to request: HTTPRequest, origin: Origin, entry: Int?) -> Answer {
        var explanation: Explanation?
        let responses = batch.map { response in
            guard case .refusal(let message) = response else { return response.bytes }
            let part = errors.part(message, request, origin: origin, entry: entry)
            explanation = explanation ?? part.explanation
            return part.bytes
        }
        let body = Array("[".utf8) + responses.joined(separator: Array(",".utf8)) + Array("]".utf8)
        return Answer(response: Responses.json(.ok, bytes: body), explanation: explanation)
    }

    // MARK: - Event streams

    /// - Parameter refused: writes an event with an error response.
    private func response(
        _ stream: ServerStream, _ pass: BearerGuard.Pass, refused: @escaping @Sendable (RefusedMessage) -> [UInt8]
    ) -> HTTPResponse {
        let fields = HTTPFields([
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"),
            // Makes nginx forward events without buffering.
            ("X-Accel-Buffering", "no"),
        ])
        let events = EventStream { writer in
            // The expiry of a token causes no event by itself, so a heartbeat makes this stream check it.
            let place = stream.wake.map { streams.add(pass.record, wake: $0) }
            let alarm = stream.wake.map { writer.alarm(after: pass.record.expiresAt - now(), $0) }
            defer {
                alarm?.cancel()
                place.map(streams.remove)
            }
            // A revocation before the stream had its place would have gone unnoticed.
            var isAlive = if place == nil { true } else { try await self.isAlive(stream, pass) }
            var events = stream.events.makeAsyncIterator()
            while isAlive, let event = await events.next() {
                stream.onDelivered(event)
                isAlive = try await self.isAlive(stream, pass)
                if isAlive { try await writer.send(Self.bytes(of: event, refused)) }
            }
            try Task.checkCancellation()
            if let finalMessage = stream.finalMessage { try await writer.send(Self.event(finalMessage)) }
        }
        return HTTPResponse(.ok, fields: fields, body: .events(events))
    }

    private func isAlive(_ stream: ServerStream, _ pass: BearerGuard.Pass) async throws -> Bool {
        guard try await bearer.isStillValid(pass) else { return false }
        return try await stream.isAlive()
    }

    private static func bytes(of event: StreamEvent, _ refused: (RefusedMessage) -> [UInt8]) -> [UInt8] {
        switch event {
        case .message(let json): Self.event(json)
        case .refusal(let message): refused(message)
        case .prime(let id): Array("id: \(id)\ndata:\n\n".utf8)
        case .heartbeat: Array(": ping\n\n".utf8)
        }
    }

    private static func event(_ json: [UInt8]) -> [UInt8] {
        Array("event: message\ndata: ".utf8) + json + Array("\n\n".utf8)
    }
}
