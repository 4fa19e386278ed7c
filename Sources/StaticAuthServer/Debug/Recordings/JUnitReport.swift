internal import FlowRecorder

extension ReportDocument {
    /// The report for CI systems: a test case for each rule; one that was not seen is skipped.
    var junit: String {
        let cases = lines.map { line -> HTML in
            let name: HTML = "\(line.id): \(line.title) (\(line.reference))"
            return "<testcase classname=\"client\" name=\"\(name)\">\(Self.outcome(of: line))</testcase>\n"
        }
        let suite: HTML = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite name="\(Product.name) report" tests="\(String(lines.count))" \
            failures="\(String(count(.fail)))" errors="0" skipped="\(String(count(.notSeen)))">
            \(cases)</testsuite>

            """
        return suite.markup
    }

    private static func outcome(of line: Line) -> HTML {
        switch line.verdict {
        case .pass: return ""
        case .notSeen: return "<skipped/>"
        case .fail:
            let problems = line.problems.map { "request \($0.entry): \($0.problem)" }.joined(separator: "\n")
            return "<failure message=\"\(line.problems.first?.problem ?? "")\">\(problems)</failure>"
        }
    }
}
