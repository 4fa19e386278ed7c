internal import Primitives
internal import HTTPEdge

/// `/debug/flows`: what clients did, a summary for each flow, the latest last.
struct FlowsRoute: Route {
    let debug: DebugFeatures

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        _ = try DebugQuery(request, [])
        let now = debug.now()
        let flows = debug.flows.all.map { JSONValue.object(FlowDocument(flow: $0, now: now).summary) }
        return Responses.json(.ok, ["count": JSONValue(flows.count), "flows": .array(flows)])
    }
}

/// `/debug/flows/{id}`: one flow with all its steps, or a diagram of it.
struct FlowRoute: Route {
    let debug: DebugFeatures

    /// The forms in which a flow is given away.
    private enum Format: String, CaseIterable {
        case json
        case markdown
    }

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let query = try DebugQuery(request, ["format"])
        let format = try query.choice("format", Format.self, default: .json)
        guard let number = Int(Path.lastComponent(of: request.path)), let flow = debug.flows[number] else {
            throw DebugRefusal.noFlow
        }
        switch format {
        case .json: return Responses.json(.ok, FlowDocument(flow: flow, now: debug.now()).json)
        case .markdown:
            let text = FlowDiagram(flow: flow, now: debug.now()).markdown
            return Responses.download("text/markdown; charset=utf-8", Array(text.utf8))
        }
    }
}
