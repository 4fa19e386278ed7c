internal import FlowRecorder
internal import HTTPEdge

/// `/debug/report`: pass or fail per rule, for the clients seen so far.
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
        let query = try DebugQuery(request, ["format"])
        let report = ReportDocument(findings: recorder.findings)
        var response =
            switch try query.choice("format", Format.self, default: .json) {
            case .json: Responses.json(.ok, report.json)
            case .text: Responses.download("text/plain; charset=utf-8", Array(report.text.utf8))
            case .junit: Responses.download("application/xml", Array(report.junit.utf8))
            }
        response.fields.append("Report-Failures", String(report.count(.fail)))
        response.fields.append("Report-Passes", String(report.count(.pass)))
        return response
    }
}
