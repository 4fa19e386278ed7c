internal import HTTPEdge

/// Takes each request through the guard and to its route, and logs what came of it.
struct Router: RequestHandler {
    let hostAndOrigin: HostAndOriginGuard
    let routes: Routes
    let errors: ErrorResponses
    let log: Log

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let start = ContinuousClock.now
        let response = await answer(request)
        log(
            .info, "request",
            [
                "method": request.method.rawValue, "path": Self.shortened(request.path),
                "status": String(response.status.code), "ms": Self.milliseconds(ContinuousClock.now - start),
            ])
        return response
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let origin: Origin
        do throws(HostAndOriginGuard.Refusal) {
            origin = try hostAndOrigin.origin(of: request)
        } catch {
            return ErrorResponses.refused(error)
        }
        guard let entry = routes[request.path] else { return ErrorResponses.notFound }
        let page = entry.isForPrograms ? request.fields.first("origin") : nil
        if let page, request.method == .options {
            return CORS.preflight(request, origin: page, methods: entry.methods ?? [.get, .post])
        }
        var response = await answer(request, entry, origin)
        if let page { CORS.expose(&response, to: page) }
        return response
    }

    private func answer(_ request: HTTPRequest, _ entry: Routes.Entry, _ origin: Origin) async -> HTTPResponse {
        if let methods = entry.methods, !methods.contains(request.method) {
            return ErrorResponses.methodNotAllowed(methods)
        }
        do {
            return try await entry.route.respond(to: request, origin: origin)
        } catch {
            return errors.response(to: error, path: request.path)
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
