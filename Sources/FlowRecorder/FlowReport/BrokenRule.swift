internal import Primitives

/// A rule that a request of a flow broke.
struct BrokenRule: Sendable {
    let rule: Rule
    let entry: Int
    let problem: SafeText

    /// As JSON, for the flow and for the step.
    var json: JSONObject {
        [
            "rule": .string(rule.id), "reference": .string(rule.reference), "entry": JSONValue(entry),
            "level": rule.isAdvice ? "SHOULD" : "MUST", "problem": .string(problem.text),
        ]
    }
}

extension Findings {
    /// The rules that were broken, in the order of the requests.
    var brokenRules: [BrokenRule] {
        violations.map { BrokenRule(rule: $0, entry: $1.moment.entry, problem: $1.problem) }
    }
}
