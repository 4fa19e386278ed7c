internal import FlowRecorder
internal import OAuth
internal import Primitives

/// What makes the server behave otherwise than usual: the scenario, the queued faults, and a moved clock.
struct ControlState: Equatable, Sendable {
    /// A queued fault in a few words.
    struct QueuedFault: Equatable, Sendable {
        let id: Int
        /// The requests that it is for: `token, grant_type refresh_token`.
        let requests: SafeText
        let effect: SafeText
        /// The number of requests that will still get it; nil for all.
        let remaining: Int?
    }

    /// The running scenario; nil for none.
    let scenario: String?
    /// Its effect, in one sentence.
    let effect: String
    /// The scenario of the start, which an undo restores; nil for none.
    let first: String?
    /// In their order.
    let faults: [QueuedFault]
    /// The offset of the clock from the real time.
    let offset: Duration

    init(_ debug: DebugFeatures) {
        let running = debug.scenarios.running?.scenario
        scenario = running?.name
        effect = running?.effect ?? ""
        first = debug.scenarios.first?.name
        faults = debug.faults.all.map(QueuedFault.init)
        offset = debug.clock.offset
    }

    /// As JSON, for the timeline.
    var json: JSONObject {
        [
            "scenario": scenario.map { .string($0) } ?? .null, "effect": .string(effect),
            "first_scenario": first.map { .string($0) } ?? .null,
            "offset_seconds": JSONValue(Int(offset.components.seconds)),
            "faults": .array(
                faults.map {
                    [
                        "id": JSONValue($0.id), "requests": .string($0.requests.text),
                        "effect": .string($0.effect.text),
                        "remaining": $0.remaining.map { JSONValue($0) } ?? .null,
                    ]
                }),
        ]
    }
}

extension ControlState.QueuedFault {
    /// Describes a fault by the form of its document that may be shown.
    init(_ fault: FaultQueue.QueuedFault) {
        let match = fault.document["match"]?.object?.members ?? []
        let conditions = match.map { name, value in
            "\(name) \(value.string ?? String(decoding: JSONWriter.bytes(of: value), as: UTF8.self))"
        }
        let endpoint = fault.rule.match.endpoint?.rawValue ?? "any endpoint"
        id = fault.id
        requests = "\(public: ([endpoint] + conditions).joined(separator: ", "))"
        effect = fault.rule.fault.description
        remaining = fault.rule.times.map { $0 - fault.applied }
    }
}
