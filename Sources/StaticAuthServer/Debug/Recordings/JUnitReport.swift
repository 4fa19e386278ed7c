internal import FlowRecorder

extension ReportDocument {
    /// The report for CI systems: a suite for each client, with a test case for each rule; one that was not seen is
    /// skipped.
    var junit: String {
        let parts = namedParts
        let document: HTML = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="\(Product.name) report" \(Self.numbers(of: parts))>
            \(parts.map(Self.suite))</testsuites>

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
            <testsuite name="\(name)" \(numbers(of: [part]))>
            \(cases)</testsuite>

            """
    }

    private static func numbers(of parts: [Part]) -> HTML {
        func sum(_ number: (Part) -> Int) -> String { String(parts.reduce(0) { $0 + number($1) }) }
        return """
            tests="\(sum { $0.lines.count })" failures="\(sum { $0.count(.fail) })" errors="0" \
            skipped="\(sum { $0.count(.notSeen) })"
            """
    }

    private static func outcome(of line: Line) -> HTML {
        let problems = line.problemTexts.joined(separator: "\n")
        return switch line.verdict {
        case .pass: ""
        case .notSeen: "<skipped/>"
        case .note: "<system-out>\(problems)</system-out>"
        case .fail:
            """
            <failure message="\(line.problems.first?.problem ?? "")">\(problems)
            What to change: \(line.remedy)</failure>
            """
        }
    }
}
