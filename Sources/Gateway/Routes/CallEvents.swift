internal import HTTPEdge
internal import Primitives

/// A call whose progress and end are events.
///
/// What fails before the first event is an ordinary answer.
struct CallEvents: Sendable {
    /// The call, with the function that takes the parameters of a progress notification.
    let call: @Sendable (_ report: @escaping @Sendable (JSONObject) -> Void) async throws(GatewayError) -> JSONObject

    private enum Event: Sendable {
        case progress(JSONObject)
        case result(JSONObject)
        case failure(GatewayError)

        var bytes: [UInt8] {
            switch self {
            case .progress(let params):
                var document = JSONObject()
                for name in ["progress", "total", "message"] { document[name] = params[name] }
                return Self.bytes("progress", document)
            case .result(let document): return Self.bytes("result", document)
            case .failure(let error): return Self.bytes("error", Answers.document(error))
            }
        }

        private static func bytes(_ name: String, _ document: JSONObject) -> [UInt8] {
            Array("event: \(name)\ndata: ".utf8) + JSONWriter.bytes(of: document) + Array("\n\n".utf8)
        }
    }

    /// The number of events that wait for a slow reader; older progress is dropped then.
    private static let buffer = 256

    func response() async throws(GatewayError) -> HTTPResponse {
        let (events, feed) = AsyncStream<Event>.makeStream(bufferingPolicy: .bufferingNewest(Self.buffer))
        let task = Task { [call] in
            do throws(GatewayError) {
                feed.yield(.result(try await call { feed.yield(.progress($0)) }))
            } catch {
                feed.yield(.failure(error))
            }
            feed.finish()
        }
        let first = await withTaskCancellationHandler {
            await events.first { _ in true }
        } onCancel: {
            task.cancel()
        }
        if case .failure(let error) = first { throw error }
        let stream = EventStream { writer in
            defer { task.cancel() }
            if let first { try await writer.send(first.bytes) }
            for await event in events { try await writer.send(event.bytes) }
        }
        return HTTPResponse(
            .ok,
            fields: HTTPFields([
                ("Content-Type", "text/event-stream"), ("Cache-Control", "no-store"), ("X-Accel-Buffering", "no"),
            ]), body: .events(stream))
    }
}
