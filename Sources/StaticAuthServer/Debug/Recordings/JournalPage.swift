internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import Primitives

/// One entry of the journal as a page.
struct JournalPage {
    let entry: JournalEntry
    let secrets: SecretScanner

    var response: HTTPResponse {
        let title = "\(entry.method) \(entry.path.text)"
        return Page.response(
            .ok, title: title,
            """
            <h1>\(title) <span class="dim">→ \(String(entry.status)) \(HTTPStatus(entry.status).phrase)</span></h1>
            <p class="dim">Request \(String(entry.number))\(flow), \(entry.time.iso8601), answered in
            \(String(entry.duration.milliseconds)) ms. <a href="\(Path.debug)">Timeline</a></p>
            \(marks)
            \(explanation)
            <h2>Request</h2>
            \(pairs(entry.query.map { ($0.name.text, $0.value) }))
            \(pairs(entry.requestFields.shown(secrets)))
            \(body(entry.requestBody))
            <h2>Answer</h2>
            \(pairs(entry.responseFields.shown(secrets)))
            \(body(entry.responseBody))
            """)
    }

    private var flow: HTML {
        entry.flow.map { " of flow \(String($0))" } ?? ""
    }

    /// The fault or scenario that changed the answer.
    private var marks: HTML {
        let fault = entry.fault.map { "The server did this on purpose: \($0.text)." }
        let marks = [fault, entry.scenario.map { "The scenario \($0) was on." }].compactMap(\.self)
        return marks.isEmpty ? "" : "<p class=\"note\">\(marks.joined(separator: " "))</p>"
    }

    private var explanation: HTML {
        guard let explanation = entry.explanation else { return "" }
        let rows = [
            ("Expected", explanation.expected), ("Received", explanation.received), ("Hint", explanation.hint),
        ].map { name, value -> HTML in value.map { "<dt>\(name)</dt><dd>\($0.text)</dd>" } ?? "" }
        return "<dl class=\"note\">\(rows)</dl>"
    }

    private func pairs(_ pairs: [(name: String, value: Redacted)]) -> HTML {
        let rows = pairs.map { name, value -> HTML in "<dt>\(name)</dt><dd><code>\(value.text)</code></dd>" }
        return rows.isEmpty ? "" : "<dl>\(rows)</dl>"
    }

    private func body(_ body: RecordedBody?) -> HTML {
        guard let body else { return "" }
        if let form = body.form { return pairs(form.map { ($0.name.text, $0.value) }) }
        return "<pre>\(body.text(secrets))\(body.isCut ? " …" : "")</pre>"
    }
}
