internal import OAuth
package import Primitives

/// A flow as Markdown with a Mermaid sequence diagram, for a bug report.
package struct FlowDiagram {
    let flow: Flow
    let now: Instant

    /// Makes the diagram of a flow, with the time for its silence.
    package init(flow: Flow, now: Instant) {
        (self.flow, self.now) = (flow, now)
    }

    /// The text, with a line feed at its end.
    package var markdown: String {
        var lines = ["## Flow \(flow.number)", "", summary, "", "```mermaid", "sequenceDiagram"]
        lines += Party.allCases.filter(parties.contains).map { "    participant \($0.rawValue) as \($0.title)" }
        var scenario: String?
        for step in flow.steps {
            if step.scenario != scenario {
                let change = step.scenario.map { "scenario \($0) from here on" } ?? "no scenario from here on"
                lines.append("    Note over \(ends): \(Self.escaped(change))")
                scenario = step.scenario
            }
            lines += arrows(of: step)
        }
        if let silence = flow.silence(at: now) { lines.append("    Note over C: \(Self.escaped(silence.text))") }
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

    private func arrows(of step: FlowStep) -> [String] {
        let (sender, receiver) = (Self.sender(step).rawValue, Self.receiver(step).rawValue)
        let times = step.count > 1 ? " (\(step.count) times)" : ""
        var lines = [
            "    \(sender)->>\(receiver): \(Self.escaped(step.title.text))\(times)"
        ]
        if let fault = step.fault { lines.append("    Note over \(receiver): \(Self.escaped(fault.text))") }
        lines.append("    \(receiver)-->>\(sender): \(Self.escaped(step.outcome.text))")
        if step.first == flow.firstProblem?.first {
            lines.append("    Note over \(sender),\(receiver): This went wrong first (request \(step.first.entry))")
        }
        return lines
    }

    private var summary: String {
        let client = flow.client.map { "Client `\(Self.code($0.text))`. " } ?? ""
        let follows = flow.follows.map { " It goes on from flow \($0)." } ?? ""
        let omitted = flow.omitted == 0 ? "" : " \(flow.omitted) requests in the middle are left out."
        return client + "Began \(flow.steps.first?.first.time.iso8601 ?? "–").\(follows)\(omitted)"
    }

    private var explanation: [String] {
        guard let problem = flow.firstProblem else {
            return flow.silence(at: now).map { ["**Silence:** \(Self.plain($0.text))"] } ?? ["Nothing went wrong."]
        }
        let parts = [
            ("Expected", problem.explanation?.expected), ("Received", problem.explanation?.received),
            ("Hint", problem.explanation?.hint),
        ]
        return ["**First problem:** \(Self.plain(problem.title.text)) → \(Self.plain(problem.outcome.text))", ""]
            + parts.compactMap { name, text in text.map { "- \(name): \(Self.plain($0.text))" } }
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

    /// Text that is neither markup nor the address of a page.
    ///
    /// By scalars: with a combining mark a bracket is another `Character`, but to Markdown it stays a bracket.
    private static func plain(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        return scalars.indices.map { index in
            let beginsAddress =
                scalars[index...].starts(with: "://".unicodeScalars)
                || scalars[index] == "." && scalars[..<index].suffix(3).elementsEqual("www".unicodeScalars)
            let isMarkup = "\\`*_[]<>|~&!#$@".unicodeScalars.contains(scalars[index])
            return isMarkup || beginsAddress ? "\\\(scalars[index])" : String(scalars[index])
        }.joined()
    }
}
