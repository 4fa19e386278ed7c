internal import OAuth
package import Primitives

/// A flow as Markdown with a Mermaid sequence diagram, for a bug report.
package struct FlowDiagram {
    let judged: JudgedFlow
    let now: Instant

    private var flow: Flow { judged.flow }

    /// Makes the diagram of a flow, with the time for its silence.
    package init(_ judged: JudgedFlow, now: Instant) {
        (self.judged, self.now) = (judged, now)
    }

    /// The text, with a line feed at its end.
    package var markdown: String {
        var lines = ["## Flow \(flow.number)", "", summary, "", "```mermaid", "sequenceDiagram"]
        lines += Party.allCases.filter(parties.contains).map { "    participant \($0.rawValue) as \($0.title)" }
        var scenario: String?
        let broken = judged.brokenRulesByStep
        for (index, step) in flow.steps.enumerated() {
            if step.scenario != scenario {
                let change = step.scenario.map { "scenario \($0) from here on" } ?? "no scenario from here on"
                lines.append("    Note over \(ends): \(Self.escaped(change))")
                scenario = step.scenario
            }
            lines += arrows(of: step, broken[index] ?? [])
        }
        if let silence = judged.silence(at: now) { lines.append("    Note over C: \(Self.escaped(silence.text))") }
        lines += ["```", ""]
        lines += explanation
        return lines.joined(separator: "\n") + "\n"
    }

    /// The participants.
    private enum Party: String, CaseIterable {
        case client = "C"
        case person = "B"
        case authorization = "A"
        case resource = "M"

        var title: String {
            switch self {
            case .client: "Client"
            case .person: "Browser"
            case .authorization: "Authorization server"
            case .resource: "MCP server"
            }
        }
    }

    /// The first and the last participant.
    private var ends: String {
        let names = Party.allCases.filter(parties.contains).map(\.rawValue)
        return Set([names.first, names.last].compactMap(\.self)).sorted { $0 == names.first && $1 != names.first }
            .joined(separator: ",")
    }

    private var parties: Set<Party> { Set(flow.steps.flatMap { [Self.sender($0), Self.receiver($0)] }) }

    private static func sender(_ step: FlowStep) -> Party {
        [.authorization, .login, .callback].contains(step.kind) ? .person : .client
    }

    private static func receiver(_ step: FlowStep) -> Party {
        [.message, .challenge, .stream].contains(step.kind) ? .resource : .authorization
    }

    private func arrows(of step: FlowStep, _ broken: [BrokenRule]) -> [String] {
        let (sender, receiver) = (Self.sender(step).rawValue, Self.receiver(step).rawValue)
        let times = step.count > 1 ? " (\(step.count) times)" : ""
        var lines = [
            "    \(sender)->>\(receiver): \(Self.escaped(step.title.text))\(times)"
        ]
        if let fault = step.fault { lines.append("    Note over \(receiver): \(Self.escaped(fault.text))") }
        if let intervention = step.intervention {
            lines.append("    Note over \(receiver): \(Self.escaped("After \(intervention)"))")
        }
        lines.append("    \(receiver)-->>\(sender): \(Self.escaped(step.outcome.text))")
        let ends = "\(sender),\(receiver)"
        if step.first == judged.firstProblem?.step.first {
            lines.append("    Note over \(ends): This went wrong first (request \(step.first.entry))")
        }
        lines += broken.map { "    Note over \(ends): \(Self.escaped(Self.sentence($0)))" }
        if let correction = judged.correction(of: step) {
            lines.append("    Note over \(ends): \(Self.escaped("Corrected: \(correction.sentence)"))")
        }
        return lines
    }

    private var summary: String {
        let name = [flow.client, flow.clientVersion].compactMap { $0?.text }.joined(separator: " ")
        let client = name.isEmpty ? "" : "Client `\(Self.code(name))`. "
        let follows = flow.follows.map { " It goes on from flow \($0)." } ?? ""
        let omitted = flow.omitted == 0 ? "" : " \(flow.omitted) requests in the middle are left out."
        return client
            + "Status: \(judged.status(at: now).rawValue). Began \(flow.steps.first?.first.time.iso8601 ?? "–").\(follows)\(omitted)"
    }

    private var explanation: [String] {
        var paragraphs: [[String]] = []
        if let problem = judged.firstProblem { paragraphs.append(self.problem(problem)) }
        if !judged.brokenRules.isEmpty {
            paragraphs.append(
                ["**Broken rules:**", ""] + judged.brokenRules.map { "- \(Self.plain(Self.sentence($0)))" })
        }
        if !judged.recovered.isEmpty {
            paragraphs.append(["**Corrected:**", ""] + judged.recovered.map { "- \(Self.plain(Self.sentence($0)))" })
        }
        if let silence = judged.silence(at: now) { paragraphs.append(["**Silence:** \(Self.plain(silence.text))"]) }
        if paragraphs.isEmpty { paragraphs.append(["Nothing went wrong."]) }
        return Array(paragraphs.joined(separator: [""]))
    }

    private func problem(_ problem: FlowProblem) -> [String] {
        let step = problem.step
        let parts = [
            ("On purpose", step.fault ?? (step.intervention == nil ? step.cause : nil)),
            ("After", step.intervention), ("Expected", step.explanation?.expected),
            ("Received", step.explanation?.received), ("Hint", step.explanation?.hint),
        ]
        return ["**First problem:** \(Self.plain(step.title.text)) → \(Self.plain(step.outcome.text))", ""]
            + parts.compactMap { name, text in text.map { "- \(name): \(Self.plain($0.text))" } }
    }

    private static func sentence(_ broken: BrokenRule) -> String {
        "Request \(broken.entry) breaks \(broken.rule.id) (\(broken.rule.reference)): \(broken.problem)"
    }

    private static func sentence(_ problem: FlowProblem) -> String {
        let step = problem.step
        let fault = step.fault.map { " (on purpose: \($0))" } ?? step.intervention.map { " (after \($0))" } ?? ""
        return
            "Request \(step.first.entry), \(step.title): \(step.outcome)\(fault). \(problem.correction?.sentence ?? "")"
    }

    /// Text that can neither end a message of the diagram nor begin markup.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "#", ";", "<", ">", "&", "\"", "`", "%", "{", "}": "#\(scalar.value);"
            default: String(scalar)
            }
        }.joined()
    }

    /// Text that cannot end the code span around it.
    private static func code(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !"`<>".unicodeScalars.contains($0) }))
    }

    private static func plain(_ text: String) -> String { MarkdownText.plain(text) }
}
