internal import HTTPEdge

/// Takes each request through the guard and to its route, and logs what came of it.
struct Router: RequestHandler {
    let hostAndOrigin: HostAndOriginGuard
    let current: CurrentRoutes
    let errors: ErrorResponses
    let log: Log
    /// Nil where there is no debugging.
    let debug: DebugFeatures?
    let faultTarget: FaultTarget

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let start = ContinuousClock.now
        let answer = await journaled(request, start)
        log(
            .info, "request",
            [
                "method": request.method.rawValue, "path": errors.secrets.scanned(path: request.path),
                "status": String(answer.status.code), "ms": Self.milliseconds(ContinuousClock.now - start),
            ])
        return answer
    }

    /// Answers what never becomes a request; the journal, which keeps requests, does not have it.
    func respond(to refusal: Refusal, peer: String) -> HTTPResponse {
        errors.response(to: refusal, peer: peer)
    }

    /// Answers, and has the journal remember it; what is asked of the debug features themselves is not remembered.
    private func journaled(_ request: HTTPRequest, _ start: ContinuousClock.Instant) async -> HTTPResponse {
        guard let debug, !Path.isDebug(request.path) else { return await answer(request, entry: nil).response }
        let (number, time) = (debug.journal.begin(), debug.now())
        let answer = await answer(request, entry: number)
        let duration = ContinuousClock.now - start
        debug.observe(number, request, answer, time: time, duration: duration)
        return answer.response
    }

    private func answer(_ request: HTTPRequest, entry number: Int?) async -> Answer {
        let origin: Origin
        do throws(HostAndOriginGuard.Refusal) {
            origin = try hostAndOrigin.origin(of: request)
        } catch {
            return errors.answer(to: error, request, origin: nil, entry: number)
        }
        let running = debug?.scenarios.running
        let routes = current.routes(in: running)
        guard let debug, number != nil else { return await answer(request, routes[request.path], origin, nil) }
        let entry = (running.map { $0.scenario.path(request.path) } ?? request.path).flatMap { routes[$0] }
        let strike = debug.faults.strike(request) ?? running?.faults.strike(request)
        var answer = await answer(request, entry, origin, number, strike)
        if let scenario = running?.scenario {
            scenario.rewrite(&answer.response, request, origin)
            answer.scenario = scenario.name
        }
        return answer
    }

    /// Answers by the route at an entry, rightly or as a fault has it, and lets pages read the answer.
    private func answer(
        _ request: HTTPRequest, _ entry: Routes.Entry?, _ origin: Origin, _ number: Int?,
        _ strike: FaultQueue.Strike? = nil
    ) async -> Answer {
        let page = entry?.isForPrograms == true ? request.fields.first("origin") : nil
        var answer: Answer
        if let strike {
            answer = await strike.fault.strike(request, origin: origin, on: faultTarget) {
                await routed(request, entry, page, origin, number)
            }
            answer.fault = strike.description
        } else {
            answer = await routed(request, entry, page, origin, number)
        }
        if let page, request.method != .options { CORS.expose(&answer.response, to: page) }
        return answer
    }

    private func routed(
        _ request: HTTPRequest, _ entry: Routes.Entry?, _ page: String?, _ origin: Origin, _ number: Int?
    ) async -> Answer {
        if let entry, let page, request.method == .options {
            return Answer(
                response: CORS.preflight(request, origin: page, methods: entry.methods ?? [.get, .post]))
        }
        do {
            guard let entry else { throw RequestRefusal.notFound }
            if let access = entry.access {
                try access.check(request, origin: origin)
                debug?.catchUp()
            }
            if let methods = entry.methods, !methods.contains(request.method) {
                throw RequestRefusal.methodNotAllowed(methods)
            }
            let response = try await entry.route.respond(to: request, origin: origin)
            guard request.path == Path.mcp else { return Answer(response: response) }
            return errors.answer(of: response, request, origin: origin, entry: number)
        } catch {
            return errors.answer(to: error, request, origin: origin, entry: number)
        }
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        let thousandths = String(microseconds % 1000 + 1000).dropFirst()
        return "\(microseconds / 1000).\(thousandths)"
    }
}
