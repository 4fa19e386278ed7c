internal import HTTPEdge

/// Takes each request through the guard and to its route, and logs what came of it.
struct Router: RequestHandler {
    let hostAndOrigin: HostAndOriginGuard
    let routes: Routes
    let errors: ErrorResponses
    let log: Log
    /// Nil where there is no debugging.
    let debug: DebugFeatures?

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let start = ContinuousClock.now
        let answer = await journaled(request, start)
        log(
            .info, "request",
            [
                "method": request.method.rawValue, "path": Self.shortened(request.path),
                "status": String(answer.status.code), "ms": Self.milliseconds(ContinuousClock.now - start),
            ])
        return answer
    }

    /// Answers, and has the journal remember it; what is asked of the debug features themselves is not remembered.
    private func journaled(_ request: HTTPRequest, _ start: ContinuousClock.Instant) async -> HTTPResponse {
        guard let debug, !Path.isDebug(request.path) else { return await answer(request, entry: nil).response }
        let (number, time) = (debug.journal.begin(), debug.now())
        let answer = await answer(request, entry: number)
        debug.observe(Observation(number, request, answer, time: time, duration: ContinuousClock.now - start))
        return answer.response
    }

    private func answer(_ request: HTTPRequest, entry number: Int?) async -> Answer {
        let origin: Origin
        do throws(HostAndOriginGuard.Refusal) {
            origin = try hostAndOrigin.origin(of: request)
        } catch {
            return Answer(response: ErrorResponses.refused(error))
        }
        guard let entry = routes[request.path] else { return Answer(response: ErrorResponses.notFound) }
        let page = entry.isForPrograms ? request.fields.first("origin") : nil
        if let page, request.method == .options {
            return Answer(
                response: CORS.preflight(request, origin: page, methods: entry.methods ?? [.get, .post]))
        }
        var answer = await answer(request, entry, origin, number.map { origin.text + Path.debugEntry($0) })
        if let page { CORS.expose(&answer.response, to: page) }
        return answer
    }

    private func answer(
        _ request: HTTPRequest, _ entry: Routes.Entry, _ origin: Origin, _ debugURL: String?
    ) async -> Answer {
        do {
            try entry.access?.check(request, origin: origin)
            if let methods = entry.methods, !methods.contains(request.method) {
                return Answer(response: ErrorResponses.methodNotAllowed(methods))
            }
            return Answer(response: try await entry.route.respond(to: request, origin: origin))
        } catch {
            return errors.answer(to: error, path: request.path, debugURL: debugURL)
        }
    }

    private static func shortened(_ path: String) -> String {
        path.utf8.count <= 200 ? path : String(path.prefix(200)) + "…"
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        let thousandths = String(microseconds % 1000 + 1000).dropFirst()
        return "\(microseconds / 1000).\(thousandths)"
    }
}
