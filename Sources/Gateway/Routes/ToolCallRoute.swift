internal import HTTPEdge
internal import Primitives

/// `POST /api/mcp/tool/call`: calls a tool; with `Accept: text/event-stream`, progress and the result are events.
struct ToolCallRoute: GatewayRoute {
    let connector: Connector
    let sessions: Sessions
    let metrics: GatewayMetrics

    func respond(to request: GatewayRequest) async throws(GatewayError) -> HTTPResponse {
        let body = try request.object()
        let (id, name) = (try body.required("sessionId"), try body.required("toolName"))
        var arguments = JSONObject()
        if let given = body["toolArgs"] {
            guard let object = given.object else { throw .invalid("toolArgs has to be an object.") }
            arguments = object
        }
        let session = try await sessions.session(id)
        let call = Call(session: session, name: name, arguments: arguments)
        guard Accept(request.http.fields).namesEventStream else { return Answers.json(.ok, try await run(call)) }
        return try await CallEvents { [self] report throws(GatewayError) in
            try await run(call, report)
        }.response()
    }

    private struct Call: Sendable {
        let session: Session
        let name: String
        let arguments: JSONObject
    }

    private func run(
        _ call: Call, _ report: (@Sendable (JSONObject) -> Void)? = nil
    ) async throws(GatewayError) -> JSONObject {
        let start = ContinuousClock.now
        do throws(GatewayError) {
            let result = try await connector.run(call.session) {
                try await $0.call(call.name, call.arguments, report: report)
            }
            call.session.use(at: sessions.now())
            let document = Self.document(result)
            metrics.called(document["isError"] == true ? "tool_error" : "ok", .now - start)
            return document
        } catch {
            metrics.called(error.code.rawValue, .now - start)
            throw error
        }
    }

    private static func document(_ result: JSONObject) -> JSONObject {
        var document: JSONObject = ["content": .array(result["content"]?.array ?? [])]
        document["structuredContent"] = result["structuredContent"]
        document["isError"] = .bool(result["isError"]?.bool ?? false)
        return document
    }
}
