internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import Primitives

/// `/debug/events`: the flows as they change, as server-sent events.
///
/// `flows` lists the ids, `flow` is a flow that changed, `silence` the report on a silent client and the status of its
/// flow, `unrecorded` the number of routine calls that were only counted, `control` what is in force: scenario, faults
/// and clock. Changes within a short time are sent together.
struct TimelineEventsRoute: Route {
    let debug: DebugFeatures

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        _ = try DebugQuery(request, [])
        let recorder = debug.recorder
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
                EventStream { [debug, recorder] writer in
                    var news = TimelineNews()
                    try await writer.send(news.events(debug))
                    for await _ in changes {
                        try await recorder.settle(writer.pause)
                        let start = ContinuousClock.now
                        let events = news.events(debug)
                        let work = ContinuousClock.now - start
                        if !events.isEmpty { try await writer.send(events) }
                        try await writer.pause(for: max(Self.pause, work * 10))
                    }
                }))
    }

    /// The time for which changes are collected; more when there are so many flows that judging them would take a
    /// processor's time from the server.
    private static let pause = Duration.milliseconds(100)
}

/// The changes that a listener has not got yet.
struct TimelineNews {
    private var version = 0
    private var ids: [Int]?
    /// The verdict and the silence of each flow as they were sent.
    private var sent: [Int: (verdict: [Int], silence: String?, status: JudgedFlow.Status)] = [:]
    private var unrecorded = 0
    private var control: ControlState?

    /// The events since the last call; empty when nothing has changed.
    mutating func events(_ debug: DebugFeatures) -> [UInt8] {
        let (recorder, control) = (debug.recorder, ControlState(debug))
        let count = recorder.sampler.count
        defer { (unrecorded, self.control) = (count, control) }
        return (control == self.control ? [] : Self.event("control", .object(control.json)))
            + events(recorder.judgedFlows, now: recorder.now())
            + (count == unrecorded ? [] : Self.event("unrecorded", JSONValue(count)))
    }

    private mutating func events(_ flows: [JudgedFlow], now: Instant) -> [UInt8] {
        var bytes: [UInt8] = []
        let ids = flows.map(\.number)
        if self.ids != ids {
            bytes += Self.event("flows", .array(ids.map { JSONValue($0) }))
            self.ids = ids
        }
        var sent: [Int: (verdict: [Int], silence: String?, status: JudgedFlow.Status)] = [:]
        for flow in flows {
            let before = self.sent[flow.number]
            let (silence, status) = (flow.silence(at: now)?.text, flow.status(at: now))
            // Another flow may have corrected its problem.
            if flow.version > version || flow.verdictEntries != before?.verdict {
                bytes += Self.event("flow", .object(FlowDocument(flow, now: now).json))
            } else if silence != before?.silence || status != before?.status {
                bytes += Self.event(
                    "silence",
                    [
                        "id": JSONValue(flow.number), "text": silence.map { .string($0) } ?? .null,
                        "status": .string(status.rawValue),
                    ])
            }
            sent[flow.number] = (flow.verdictEntries, silence, status)
        }
        self.sent = sent
        version = flows.map(\.version).max() ?? version
        return bytes
    }

    private static func event(_ name: String, _ data: JSONValue) -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + JSONWriter.bytes(of: data) + Array("\n\n".utf8)
    }
}
