extension ReportDocument {
    /// The report for the summary of a CI job: what failed first, with what to change.
    ///
    /// - Parameter title: the heading.
    package func markdown(title: String) -> String {
        let sections = partsByFailures.map { part in
            let heading = part.client.map { ["### \(MarkdownText.plain($0))", ""] } ?? []
            return (heading + Self.section(of: part)).joined(separator: "\n")
        }
        return (["## \(title)", "", "**\(headline)**", ""] + sections).joined(separator: "\n")
    }

    /// The verdict in one sentence.
    package var headline: String {
        let failed = count(.fail)
        if failed > 0 { return failed == 1 ? "One rule failed." : "\(failed) rules failed." }
        let passed = count(.pass)
        if passed == 0 { return "No client was seen." }
        return "No rule was broken: \(passed) passed, \(count(.notSeen)) were not seen."
    }

    private static func section(of part: Part) -> [String] {
        let failed = part.lines(.fail).flatMap { rule($0, "❌") }
        let noted = part.lines(.note).flatMap { rule($0, "⚠️") }
        let others = part.lines(.pass) + part.lines(.notSeen)
        let table =
            [
                "<details><summary>\(part.count(.pass)) passed, \(part.count(.notSeen)) not seen</summary>", "",
                "| verdict | rule | the client |", "| --- | --- | --- |",
            ]
            + others.map { "| \($0.verdict.rawValue) | `\($0.id)` | \(MarkdownText.plain($0.title)) \(links($0)) |" }
            + ["", "</details>", ""]
        return failed + noted + table
    }

    private static func rule(_ line: Line, _ mark: String) -> [String] {
        ["#### \(mark) `\(line.id)`", "", "\(MarkdownText.plain(line.sentence)) \(links(line))", ""]
            + line.problemTexts.map { "- \(MarkdownText.plain($0))" }
            + ["", "**What to change:** \(MarkdownText.plain(line.remedy))", ""]
    }

    private static func links(_ line: Line) -> String {
        let parts = RuleReference.all(in: line.reference).map { part in
            part.url.map { "[\(MarkdownText.plain(part.text))](\($0))" } ?? MarkdownText.plain(part.text)
        }
        return "(\(parts.joined(separator: ", ")))"
    }
}
