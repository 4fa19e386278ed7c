internal import HTTPEdge
internal import MCPClient
internal import OAuth
internal import Primitives

/// `GET` and `POST /api/mcp/auth/callback`: ends a login with the authorization server's answer.
struct CallbackRoute: GatewayRoute {
    let connector: Connector
    let sessions: Sessions

    func respond(to request: GatewayRequest) async throws(GatewayError) -> HTTPResponse {
        let isForPerson = Accept(request.http.fields).prefersPage
        let outcome = await outcome(of: request)
        if isForPerson { return CallbackPage(failure: outcome.failure, origin: outcome.origin).response }
        if let failure = outcome.failure { throw failure }
        return Answers.done("You are logged in.")
    }

    /// How a login has ended, and the origin that began it; nil where that is unknown, or no page.
    private typealias Outcome = (failure: GatewayError?, origin: String?)

    private func outcome(of request: GatewayRequest) async -> Outcome {
        let session: Session
        let attempt: AuthorizationAttempt
        let fields: QueryFields
        do throws(GatewayError) {
            fields = try Self.fields(of: request)
            let states = fields[ParameterName.state.rawValue]
            let ids = fields["sessionId"]
            guard states.count <= 1, ids.count <= 1 else { throw .invalid("A parameter occurs twice.") }
            (session, attempt) = try await sessions.attempt(ofState: states.first, id: ids.first)
        } catch {
            return (error, nil)
        }
        let origin = session.record.origin
        do throws(GatewayError) {
            try await complete(attempt, fields.parameters, in: session)
            return (nil, origin)
        } catch {
            return (error, origin)
        }
    }

    private static func fields(of request: GatewayRequest) throws(GatewayError) -> QueryFields {
        let http = request.http
        guard http.body.isEmpty || http.isForm else {
            throw .invalid("The body has to be application/x-www-form-urlencoded.", .unsupportedMediaType)
        }
        do {
            return try QueryFields(http.query ?? "", adding: http.body)
        } catch {
            throw .invalid("The parameters cannot be read.")
        }
    }

    private func complete(
        _ attempt: AuthorizationAttempt, _ answer: FormParameters, in session: Session
    ) async throws(GatewayError) {
        let live = try connector.live(session)
        do {
            _ = try await live.access.complete(attempt, answer)
        } catch {
            await sessions.store(session)
            throw GatewayError(login: error)
        }
        session.change { $0.isConnected = true }
        await sessions.store(session)
    }
}
