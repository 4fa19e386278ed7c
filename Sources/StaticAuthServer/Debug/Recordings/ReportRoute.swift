internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import Primitives

/// `/debug/report`: pass or fail per rule, for the clients seen so far, or for one of them; a page for a browser.
///
/// `Report-Failures` and `Report-Passes` carry the numbers in every format, for programs that forward a report.
struct ReportRoute: Route {
    let recorder: Recorder
    /// The timer of the wait for clients that have just begun.
    let background: Background

    private enum Format: String, CaseIterable {
        case json
        case text
        case markdown
        case html
        case junit
    }

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let query = try DebugQuery(request, ["format", "client", "flow", "since", "require"])
        let format = try query.choice(
            "format", Format.self, default: Accept(request.fields).prefersPage ? .html : .json)
        // The form of the page sends its empty fields, too.
        let isGiven = { (name: String) in query[name].map { !$0.isEmpty } ?? false }
        let selection = try ReportSelection(
            client: isGiven("client") ? query["client"] : nil,
            flow: isGiven("flow") ? try query.number("flow", in: 1...Int.max) : nil,
            since: isGiven("since") ? try query.since() : nil,
            required: isGiven("require") ? query.list("require") ?? [] : [])
        try await recorder.settle(background.pause)
        let report = try recorder.report(selection)
        var response =
            switch format {
            case .json: Responses.json(.ok, report.json)
            case .text: Responses.download("text/plain; charset=utf-8", Array(report.text.utf8))
            case .markdown:
                Responses.download(
                    "text/markdown; charset=utf-8", Array(report.markdown(title: "\(Product.name) report").utf8))
            case .junit: Responses.download("application/xml", Array(report.junit.utf8))
            case .html: page(report, query)
            }
        response.fields.append("Report-Failures", String(report.count(.fail)))
        response.fields.append("Report-Passes", String(report.count(.pass)))
        return response
    }

    private func page(_ report: ReportDocument, _ query: DebugQuery) -> HTTPResponse {
        let entries = Dictionary(recorder.journal.entries.map { ($0.number, $0) }) { first, _ in first }
        let all = try? recorder.report()
        return ReportPage(
            report: report, clients: all?.clientNames ?? report.clientNames, client: query["client"] ?? "",
            flow: query["flow"] ?? "", since: query["since"] ?? "", require: query["require"] ?? "", entries: entries
        ).response
    }
}

extension ReportSelection.Unknown: ProblemConvertible {
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        Problem(
            .notFound, "unknown_\(parameter)",
            seen.isEmpty ? "No client was seen yet." : "No such \(parameter) was seen. There are: \(names).",
            Explanation(
                expected: seen.isEmpty ? "a client that was seen" : "one of \(SafeText(list: seen.map(\.text)))",
                hint: "Without the parameter the report is about all."))
    }

    private var names: String { seen.map(\.text).joined(separator: ", ") }
}

extension ReportSelection.UnknownRule: ProblemConvertible {
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        let meant = SpellingSuggestion.name(to: name, among: known)
        let advice = meant.map { "Did you mean \($0)?" } ?? "There are: \(known.joined(separator: ", "))."
        return Problem(
            .badRequest, "unknown_rule", "There is no rule '\(("\(public: name)" as SafeText).text)'. \(advice)",
            Explanation(
                expected: "names of rules, with commas", received: "'\(public: name)'",
                hint: meant.map { "Did you mean '\(public: $0)'?" }))
    }
}
