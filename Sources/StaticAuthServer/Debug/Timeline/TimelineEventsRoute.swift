internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import Primitives

/// `/debug/events`: the flows as they change, as server-sent events.
///
/// `flows` lists the ids, `flow` is a flow that changed, `silence` the report on a silent client, `unrecorded` the
/// number of routine calls that were only counted. Changes within a short time are sent together.
struct TimelineEventsRoute: Route {
    let recorder: Recorder

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        _ = try DebugQuery(request, [])
        guard let changes = recorder.changes.listen(ticks: true) else {
            throw DebugRefusal.tooManyListeners
        }
        // Without listeners a request may have been queued for up to a second.
        recorder.catchUp()
        let fields = HTTPFields([
            ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"), ("X-Accel-Buffering", "no"),
        ])
        return HTTPResponse(
            .ok, fields: fields,
            body: .events(
                EventStream { [recorder] writer in
                    var news = TimelineNews()
                    try await writer.send(news.events(recorder))
                    for await _ in changes {
                        let events = news.events(recorder)
                        if !events.isEmpty { try await writer.send(events) }
                        try await writer.pause(for: Self.pause)
                    }
                }))
    }

    /// The time for which changes are collected.
    private static let pause = Duration.milliseconds(100)
}

/// The changes that a listener has not got yet.
struct TimelineNews {
    private var version = 0
    private var ids: [Int]?
    private var silences: [Int: String] = [:]
    private var unrecorded = 0

    /// The events since the last call; empty when nothing has changed.
    mutating func events(_ recorder: Recorder) -> [UInt8] {
        let count = recorder.sampler.count
        defer { unrecorded = count }
        return events(recorder.flows, now: recorder.now())
            + (count == unrecorded ? [] : Self.event("unrecorded", JSONValue(count)))
    }

    private mutating func events(_ flows: [Flow], now: Instant) -> [UInt8] {
        var bytes: [UInt8] = []
        let ids = flows.map(\.number)
        if self.ids != ids {
            bytes += Self.event("flows", .array(ids.map { JSONValue($0) }))
            self.ids = ids
        }
        var silences: [Int: String] = [:]
        for flow in flows {
            let silence = flow.silence(at: now)?.text
            if flow.version > version {
                bytes += Self.event("flow", .object(FlowDocument(flow: flow, now: now).json))
            } else if silence != self.silences[flow.number] {
                bytes += Self.event(
                    "silence", ["id": JSONValue(flow.number), "text": silence.map { .string($0) } ?? .null])
            }
            silences[flow.number] = silence
        }
        self.silences = silences
        version = flows.map(\.version).max() ?? version
        return bytes
    }

    private static func event(_ name: String, _ data: JSONValue) -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + JSONWriter.bytes(of: data) + Array("\n\n".utf8)
    }
}
