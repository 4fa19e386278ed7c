internal import OAuth
package import Primitives

/// A flow as JSON.
package struct FlowDocument {
    let judged: JudgedFlow
    /// The present time, for the duration of silence.
    let now: Instant

    private var flow: Flow { judged.flow }

    /// Makes the document of a flow, with the time for its silence.
    package init(_ judged: JudgedFlow, now: Instant) {
        (self.judged, self.now) = (judged, now)
    }

    /// Everything but the steps.
    package var summary: JSONObject {
        var object: JSONObject = [
            "id": JSONValue(flow.number), "client": .string(flow.client?.text ?? ""),
            "client_version": flow.clientVersion.map { .string($0.text) } ?? .null,
            "machine": .string(flow.machine), "follows": flow.follows.map { JSONValue($0) } ?? .null,
            "status": .string(judged.status(at: now).rawValue),
        ]
        object["began"] = flow.steps.first.map { .string($0.first.time.iso8601) }
        object["last"] = flow.steps.last.map { .string($0.last.time.iso8601) }
        object["requests"] = JSONValue(flow.steps.reduce(flow.omitted) { $0 + $1.count })
        object["first_problem"] = judged.firstProblem.map { .object(json(of: $0.step)) } ?? .null
        object["recovered"] = .array(judged.recovered.map { .object(Self.json(of: $0)) })
        object["broken_rules"] = .array(judged.brokenRules.map { .object($0.json) })
        object["silence"] = silence.map { .object($0) } ?? .null
        return object
    }

    /// The summary and the steps in order.
    package var json: JSONObject {
        var object = summary
        object["omitted"] = JSONValue(flow.omitted)
        let broken = judged.brokenRulesByStep
        object["steps"] = .array(
            flow.steps.enumerated().map { index, step in
                var object = json(of: step)
                object["broken_rules"] = broken[index].map { .array($0.map { .object($0.json) }) }
                object["corrected"] = judged.correction(of: step).map { .object(Self.json(of: $0)) }
                return .object(object)
            })
        return object
    }

    private var silence: JSONObject? {
        guard let wait = judged.wait else { return nil }
        return [
            "waiting_for": .string(wait.for.rawValue), "since": .string(wait.since.time.iso8601),
            "seconds": JSONValue(Int((now - wait.since.time).components.seconds)),
            "text": judged.silence(at: now).map { .string($0.text) } ?? .null,
        ]
    }

    private static func json(of problem: FlowProblem) -> JSONObject {
        var object: JSONObject = [
            "entry": JSONValue(problem.step.first.entry), "problem": .string(problem.kind.rawValue),
            "title": .string(problem.step.title.text), "outcome": .string(problem.step.outcome.text),
            "count": JSONValue(problem.count),
        ]
        object["fault"] = problem.step.fault.map { .string($0.text) }
        object["scenario"] = problem.step.scenario.map { .string($0) }
        object["intervention"] = problem.step.intervention.map { .string($0.text) }
        object["cause"] = problem.step.cause.map { .string($0.text) }
        object["corrected_by"] = problem.correction.map { .object(json(of: $0)) }
        return object
    }

    private static func json(of correction: FlowProblem.Correction) -> JSONObject {
        [
            "entry": JSONValue(correction.entry), "flow": JSONValue(correction.flow),
            "how": .string(correction.remedy.rawValue), "text": .string(correction.sentence.text),
        ]
    }

    private func json(of step: FlowStep) -> JSONObject {
        var object: JSONObject = [
            "entry": JSONValue(step.first.entry), "time": .string(step.first.time.iso8601),
            "kind": .string(step.kind.rawValue), "title": .string(step.title.text),
            "outcome": .string(step.outcome.text), "status": JSONValue(step.status),
            "duration_ms": JSONValue(step.duration.milliseconds),
            "verdict": .string(judged.verdict(on: step).rawValue), "count": JSONValue(step.count),
        ]
        if step.count > 1 {
            object["last_entry"] = JSONValue(step.last.entry)
            object["last_time"] = .string(step.last.time.iso8601)
        }
        object["fault"] = step.fault.map { .string($0.text) }
        object["scenario"] = step.scenario.map { .string($0) }
        object["intervention"] = step.intervention.map { .string($0.text) }
        object["cause"] = step.cause.map { .string($0.text) }
        object["trace_id"] = step.trace.map { .string($0.text) }
        if let explanation = step.explanation { object["explanation"] = .object(explanation.json) }
        return object
    }
}
