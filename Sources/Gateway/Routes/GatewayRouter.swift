internal import HTTPEdge
internal import Logging
internal import MCPClient
internal import Primitives
internal import StaticAuthServer

/// Takes each request through the guard to its route, and records the answer.
struct GatewayRouter: RequestHandler {
    private let gate: RequestGuard
    private let routes: [String: (methods: [HTTPMethod], route: any GatewayRoute)]
    private let sessions: Sessions
    private let metrics: GatewayMetrics
    private let rateLimit: RateLimit?
    private let logger: Logger
    /// The gateway's client metadata document; nil where authorization servers cannot fetch it.
    private let clientDocument: JSONObject?

    init(
        _ settings: GatewaySettings, gate: RequestGuard, connector: Connector, metrics: GatewayMetrics, logger: Logger
    ) {
        (self.gate, self.metrics, self.logger) = (gate, metrics, logger)
        let sessions = connector.sessions
        self.sessions = sessions
        rateLimit = settings.effectiveRateLimit.map { RateLimit(perMinute: $0, now: SystemClock.now) }
        routes = [
            GatewayPath.connect: (
                [.post],
                ConnectRoute(
                    connector: connector, sessions: sessions, metrics: metrics, gate: gate,
                    callbacks: settings.callbacks)
            ),
            GatewayPath.callback: ([.get, .post], CallbackRoute(connector: connector, sessions: sessions)),
            GatewayPath.disconnect: (
                [.post], DisconnectRoute(connector: connector, sessions: sessions, metrics: metrics)
            ),
            GatewayPath.list: ([.get], ToolListRoute(connector: connector, sessions: sessions)),
            GatewayPath.call: ([.post], ToolCallRoute(connector: connector, sessions: sessions, metrics: metrics)),
        ]
        clientDocument = connector.clientDocument.map { url in
            [
                "client_id": .string(url), "client_name": .string(ClientDescription.name),
                "redirect_uris": .array(
                    (settings.callbacks.sorted() + [gate.own.text + GatewayPath.callback]).map(JSONValue.string)),
                "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
                "token_endpoint_auth_method": "none",
            ]
        }
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let start = ContinuousClock.now
        var response: HTTPResponse
        var failure: GatewayError?
        var sender: Origin?
        do throws(GatewayError) {
            let reached = try gate.host(of: request)
            sender = try gate.sender(of: request, reachedAs: reached)
            response = try await answer(GatewayRequest(http: request, reached: reached, sender: sender))
        } catch {
            failure = error
            response = Answers.failure(error)
        }
        if let sender { Self.expose(&response, to: sender) }
        record(request, response, failure, .now - start)
        return response
    }

    func respond(to refusal: Refusal, peer: String) -> HTTPResponse {
        metrics.answered("none", refusal.status.code)
        // A method that the edge does not know is one that no path takes.
        if refusal.status == .notImplemented { return Self.wrongMethod([.get, .post, .options]) }
        return Answers.failure(.invalid(refusal.reason, refusal.status))
    }

    private func answer(_ request: GatewayRequest) async throws(GatewayError) -> HTTPResponse {
        let http = request.http
        if let (methods, route) = routes[http.path] {
            if http.method == .options { return Self.preflight(methods) }
            try admit(http)
            guard methods.contains(http.method) || http.method == .head && methods.contains(.get) else {
                return Self.wrongMethod(methods)
            }
            return try await route.respond(to: request)
        }
        guard let response = document(http.path) else { throw .invalid("There is nothing here.", .notFound) }
        if http.path != GatewayPath.health { try admit(http) }
        guard [.get, .head].contains(http.method) else { return Self.wrongMethod([.get]) }
        return response
    }

    /// The answers that depend on nothing in the request but its path.
    private func document(_ path: String) -> HTTPResponse? {
        switch path {
        case GatewayPath.health: health
        case GatewayPath.metrics:
            HTTPResponse(
                .ok, fields: HTTPFields([("Content-Type", "text/plain; version=0.0.4; charset=utf-8")]),
                body: .bytes(
                    Array(
                        metrics.text(
                            sessions: sessions.table.count, isStoreUp: sessions.vault.map { $0.link.isUp }
                        ).utf8)))
        case GatewayPath.clientDocument: clientDocument.map { Answers.json(.ok, $0) }
        default: GatewayAssets.response(path)
        }
    }

    private var health: HTTPResponse {
        let redis = sessions.vault.map { $0.link.isUp ? "up" : "away" } ?? "none"
        return Answers.json(
            .ok,
            [
                "status": .string(sessions.isStoreAway ? "degraded" : "ok"), "redis": .string(redis),
                "sessions": JSONValue(sessions.table.count),
            ])
    }

    private func admit(_ request: HTTPRequest) throws(GatewayError) {
        if let wait = rateLimit?.admit(request.network) { throw .tooMany(after: wait) }
    }

    private static func wrongMethod(_ methods: [HTTPMethod]) -> HTTPResponse {
        var response = Answers.failure(.invalid("This path does not take the method.", .methodNotAllowed))
        response.fields.append("Allow", names(methods))
        return response
    }

    private static func names(_ methods: [HTTPMethod]) -> String {
        methods.flatMap { $0 == .get ? [$0, .head] : [$0] }.map(\.rawValue).joined(separator: ", ")
    }

    // MARK: - Other origins

    private static func preflight(_ methods: [HTTPMethod]) -> HTTPResponse {
        HTTPResponse(
            .noContent,
            fields: HTTPFields([
                ("Access-Control-Allow-Methods", names(methods)),
                ("Access-Control-Allow-Headers", "Content-Type, Accept"), ("Access-Control-Max-Age", "600"),
                ("Allow", names(methods) + ", OPTIONS"),
            ]))
    }

    /// Lets a page of a listed origin read the answer.
    private static func expose(_ response: inout HTTPResponse, to origin: Origin) {
        response.fields.append("Access-Control-Allow-Origin", origin.text)
        response.fields.append("Access-Control-Expose-Headers", "Retry-After")
        response.fields.append("Vary", "Origin")
    }

    // MARK: - Records

    private func record(
        _ request: HTTPRequest, _ response: HTTPResponse, _ failure: GatewayError?, _ duration: Duration
    ) {
        let isKnown = routes[request.path] != nil || document(request.path) != nil
        let route = isKnown ? request.path : "none"
        metrics.answered(route, response.status.code)
        let level: Logger.Level = routes[request.path] == nil ? .debug : .info
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "method": .string(request.method.rawValue), "path": .string(route),
            "status": .string("\(response.status.code)"),
            "ms": .string("\(Int(duration / .milliseconds(1)))"), "peer": .string(request.network),
        ]
        metadata["error"] = failure.map { .string($0.code.rawValue) }
        logger.log(level: level, "request", metadata: metadata)
    }
}
