internal import OAuthServer
internal import HTTPEdge
internal import MCPCore
internal import OAuth

/// `/mcp`: asks for a token, hands the message to the MCP server, and writes its reply.
///
/// MCP 2026-07-28, Streamable HTTP, and the transports of the earlier revisions. The token comes before everything that
/// the message says: a stranger learns nothing about it (section order of RFC 6750 §3.1 and the SDKs' expectation that
/// 401 precedes every other complaint).
struct MCPRoute: Route {
    let bearer: BearerGuard
    let server: MCPServer
    let streams: TokenStreams
    let now: @Sendable () -> Duration

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let headers = request.once(MCPHeaders.init)
        let pass = try await bearer.check(request, headers.token)
        let record = pass.record
        let caller = Caller(
            subject: record.grant.subject, clientID: record.grant.clientID, scopes: record.scope.tokens)
        switch request.method {
        case .get:
            return try response(to: try await server.get(headers: headers.transport, caller: caller), pass)
        case .delete:
            return try response(to: try await server.delete(headers: headers.transport, caller: caller), pass)
        default:
            if let refusal = headers.refusal { throw refusal }
            return try response(
                to: try await server.post(body: request.body, headers: headers.transport, caller: caller), pass)
        }
    }

    /// The token first, as always; then the form of the message.
    func judge(_ head: HTTPRequest) async throws {
        let headers = head.once(MCPHeaders.init)
        _ = try await bearer.check(head, headers.token)
        if head.method == .post, let refusal = headers.refusal { throw refusal }
    }

    private func response(to reply: Reply, _ pass: BearerGuard.Pass) throws -> HTTPResponse {
        switch reply {
        case .json(let body, let sessionID):
            var response = Responses.json(.ok, bytes: body)
            if let sessionID { response.fields.append(MCPField.session, sessionID) }
            return response
        case .refusal(let response, let status):
            throw MessageRefusal(status: status, response: response)
        case .accepted:
            return HTTPResponse(.accepted)
        case .noContent:
            return HTTPResponse(.noContent)
        case .methodNotAllowed(let allowed):
            throw RequestRefusal.methodNotAllowed([HTTPMethod(rawValue: allowed)])
        case .notAcceptable:
            throw RequestRefusal.notAcceptable
        case .insufficientScope(let required):
            let scope = Scope(required)
            throw BearerGuard.Refusal(
                error: OAuthError(
                    .insufficientScope, "The access token lacks a scope that this call needs.",
                    BearerGuard.explanation(ofLacking: scope, pass.record.scope)),
                scope: scope)
        case .tooManyCalls(let wait):
            throw RequestRefusal.tooManyCalls(retryAfter: wait)
        case .stream(let stream):
            return self.response(stream, pass)
        }
    }

    // MARK: - Event streams

    private func response(_ stream: ServerStream, _ pass: BearerGuard.Pass) -> HTTPResponse {
        let fields = HTTPFields([
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"),
            // Tells nginx to pass events on as they come.
            ("X-Accel-Buffering", "no"),
        ])
        let events = EventStream { writer in
            // Nothing else happens when a token ends, so a heartbeat then has this stream look at it.
            let place = stream.wake.map { streams.add(pass.record, wake: $0) }
            let alarm = stream.wake.map { writer.alarm(after: pass.record.expiresAt - now(), $0) }
            defer {
                alarm?.cancel()
                place.map(streams.remove)
            }
            // Before it had its place, nothing would have told it of a revocation.
            var isAlive = if place == nil { true } else { try await self.isAlive(stream, pass) }
            var events = stream.events.makeAsyncIterator()
            while isAlive, let event = await events.next() {
                stream.taken(event)
                isAlive = try await self.isAlive(stream, pass)
                if isAlive { try await writer.send(Self.bytes(of: event)) }
            }
            try Task.checkCancellation()
            if let farewell = stream.farewell { try await writer.send(Self.bytes(of: .message(farewell))) }
        }
        return HTTPResponse(.ok, fields: fields, body: .events(events))
    }

    private func isAlive(_ stream: ServerStream, _ pass: BearerGuard.Pass) async throws -> Bool {
        guard try await bearer.isStillValid(pass) else { return false }
        return try await stream.isAlive()
    }

    private static func bytes(of event: StreamEvent) -> [UInt8] {
        switch event {
        case .message(let json): Array("event: message\ndata: ".utf8) + json + Array("\n\n".utf8)
        case .prime(let id): Array("id: \(id)\ndata:\n\n".utf8)
        case .heartbeat: Array(": ping\n\n".utf8)
        }
    }
}
