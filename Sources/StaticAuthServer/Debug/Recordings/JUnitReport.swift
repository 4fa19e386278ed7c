internal import FlowRecorder

extension ReportDocument {
    /// The report for CI systems: a test case for each rule; one that was not seen is skipped.
    var junit: String {
        let suites = parts.map(Self.suite)
        let content: HTML = suites.count == 1 ? "\(suites)" : "<testsuites>\n\(suites)</testsuites>\n"
        let document: HTML = """
            <?xml version="1.0" encoding="UTF-8"?>
            \(content)
            """
        return document.markup
    }

    private static func suite(of part: Part) -> HTML {
        let name: HTML = part.client.map { "\(Product.name) report: \($0)" } ?? "\(Product.name) report"
        let cases = part.lines.map { line -> HTML in
            let name: HTML = "\(line.id): \(line.title) (\(line.reference))"
            let client = part.client ?? "client"
            return "<testcase classname=\"\(client)\" name=\"\(name)\">\(outcome(of: line))</testcase>\n"
        }
        return """
            <testsuite name="\(name)" tests="\(String(part.lines.count))" failures="\(String(part.count(.fail)))" \
            errors="0" skipped="\(String(part.count(.notSeen)))">
            \(cases)</testsuite>

            """
    }

    private static func outcome(of line: Line) -> HTML {
        let problems = line.problems.map { "request \($0.entry): \($0.problem)" }.joined(separator: "\n")
        return switch line.verdict {
        case .pass: ""
        case .notSeen: "<skipped/>"
        case .note: "<system-out>\(problems)</system-out>"
        case .fail: "<failure message=\"\(line.problems.first?.problem ?? "")\">\(problems)</failure>"
        }
    }
}
