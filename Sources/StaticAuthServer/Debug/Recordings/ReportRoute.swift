internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import Primitives

/// `/debug/report`: pass or fail per rule, for the clients seen so far, or for one of them.
///
/// `Report-Failures` and `Report-Passes` carry the numbers in every format, for programs that forward a report.
struct ReportRoute: Route {
    let recorder: Recorder

    private enum Format: String, CaseIterable {
        case json
        case text
        case junit
    }

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let query = try DebugQuery(request, ["format", "client", "flow", "since"])
        let format = try query.choice("format", Format.self, default: .json)
        let selection = ReportSelection(
            client: query["client"], flow: try query.number("flow", in: 1...Int.max), since: try query.since())
        let report = try recorder.report(selection)
        var response =
            switch format {
            case .json: Responses.json(.ok, report.json)
            case .text: Responses.download("text/plain; charset=utf-8", Array(report.text.utf8))
            case .junit: Responses.download("application/xml", Array(report.junit.utf8))
            }
        response.fields.append("Report-Failures", String(report.count(.fail)))
        response.fields.append("Report-Passes", String(report.count(.pass)))
        return response
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
