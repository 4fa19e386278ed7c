internal import FlowRecorder
internal import HTTPEdge

/// A route of the debug features that can change something, of which the open timelines then learn at once.
struct ChangeRoute: Route {
    let route: any Route
    let changes: ChangeSignal

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let response = try await route.respond(to: request, origin: origin)
        if ![.get, .head].contains(request.method) { changes.signal() }
        return response
    }
}
