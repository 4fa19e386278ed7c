internal import OAuth
package import Primitives

/// A flow as JSON.
package struct FlowDocument {
    let flow: Flow
    /// The present time, for the duration of silence.
    let now: Instant

    /// Makes the document of a flow, with the time for its silence.
    package init(flow: Flow, now: Instant) {
        (self.flow, self.now) = (flow, now)
    }

    /// Everything but the steps.
    package var summary: JSONObject {
        var object: JSONObject = [
            "id": JSONValue(flow.number), "client": .string(flow.client?.text ?? ""),
            "machine": .string(flow.machine), "follows": flow.follows.map { JSONValue($0) } ?? .null,
        ]
        object["began"] = flow.steps.first.map { .string($0.first.time.iso8601) }
        object["last"] = flow.steps.last.map { .string($0.last.time.iso8601) }
        object["requests"] = JSONValue(flow.steps.reduce(flow.omitted) { $0 + $1.count })
        object["first_problem"] = flow.firstProblem.map { .object(Self.json(of: $0)) } ?? .null
        object["silence"] = silence.map { .object($0) } ?? .null
        return object
    }

    /// The summary and the steps in order.
    package var json: JSONObject {
        var object = summary
        object["omitted"] = JSONValue(flow.omitted)
        object["steps"] = .array(flow.steps.map { .object(Self.json(of: $0)) })
        return object
    }

    private var silence: JSONObject? {
        guard let wait = flow.wait else { return nil }
        return [
            "waiting_for": .string(wait.for.rawValue), "since": .string(wait.since.iso8601),
            "seconds": JSONValue(Int((now - wait.since).components.seconds)),
            "text": flow.silence(at: now).map { .string($0.text) } ?? .null,
        ]
    }

    private static func json(of step: FlowStep) -> JSONObject {
        var object: JSONObject = [
            "entry": JSONValue(step.first.entry), "time": .string(step.first.time.iso8601),
            "kind": .string(step.kind.rawValue), "title": .string(step.title.text),
            "outcome": .string(step.outcome.text), "status": JSONValue(step.status),
            "verdict": .string(step.verdict.rawValue), "count": JSONValue(step.count),
        ]
        if step.count > 1 {
            object["last_entry"] = JSONValue(step.last.entry)
            object["last_time"] = .string(step.last.time.iso8601)
        }
        object["fault"] = step.fault.map { .string($0.text) }
        object["scenario"] = step.scenario.map { .string($0) }
        if let explanation = step.explanation { object["explanation"] = .object(explanation.json) }
        return object
    }
}

extension Flow {
    /// The report on a client that has been silent for too long.
    package func silence(at now: Instant) -> SafeText? {
        guard let wait, now - wait.since >= ExpectedStep.timeout else { return nil }
        return wait.for.sentence(after: now - wait.since)
    }
}
