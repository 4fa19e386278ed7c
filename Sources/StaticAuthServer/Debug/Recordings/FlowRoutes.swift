internal import FlowRecorder
internal import HTTPEdge
internal import Primitives

/// `/debug/flows`: a summary of each flow, the latest last.
struct FlowsRoute: Route {
    let recorder: Recorder
    /// The timer of the wait for clients that have just begun.
    let background: Background

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        _ = try DebugQuery(request, [])
        try await recorder.settle(background.pause)
        let now = recorder.now()
        let flows = recorder.judgedFlows.map { JSONValue.object(FlowDocument($0, now: now).summary) }
        return Responses.json(.ok, ["count": JSONValue(flows.count), "flows": .array(flows)])
    }
}

/// `/debug/flows/{id}`: one flow with all its steps, a diagram of it, or commands that send its requests again.
struct FlowRoute: Route {
    let recorder: Recorder
    /// The timer of the wait for clients that have just begun.
    let background: Background

    /// The formats of a flow.
    private enum Format: String, CaseIterable {
        case json
        case markdown
        case curl
    }

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let query = try DebugQuery(request, ["format"])
        let format = try query.choice("format", Format.self, default: .json)
        try await recorder.settle(background.pause)
        guard let number = Int(Path.lastComponent(of: request.path)), let flow = recorder.judgedFlow(number) else {
            throw DebugRefusal.noFlow
        }
        switch format {
        case .json: return Responses.json(.ok, FlowDocument(flow, now: recorder.now()).json)
        case .markdown:
            let text = FlowDiagram(flow, now: recorder.now()).markdown
            return Responses.download("text/markdown; charset=utf-8", Array(text.utf8))
        case .curl:
            let journal = recorder.journal
            let script = CurlScript(
                flow: number, entries: journal.entries.filter { $0.flow == number }, origin: origin.text,
                secrets: journal.secrets)
            return Responses.download("text/plain; charset=utf-8", Array(script.text.utf8))
        }
    }
}
