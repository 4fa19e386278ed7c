internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import Primitives

/// One entry of the journal as a page.
struct JournalPage {
    let entry: JournalEntry
    let secrets: SecretScanner
    /// The numbers of the entries before and after it.
    let previous: Int?
    let next: Int?

    var response: HTTPResponse {
        let title = "\(entry.method) \(entry.path.text)"
        return Page.response(
            .ok, title: title, width: .wide, isScripted: true,
            """
            <nav class="crumbs">\(crumbs)</nav>
            <h1>\(title) <span class="dim">→ \(String(entry.status)) \(HTTPStatus(entry.status).phrase)</span></h1>
            <p class="dim">Request \(String(entry.number))\(flow), \(entry.time.iso8601), answered in
            \(String(entry.duration.milliseconds)) ms.</p>
            \(marks)
            \(explanation)
            \(trace)
            <h2>Request</h2>
            \(pairs(entry.query.map { ($0.name.text, $0.value) }))
            \(pairs(entry.requestFields.shown(secrets)))
            \(body(entry.requestBody, "request-body"))
            <h2>Answer</h2>
            \(pairs(entry.responseFields.shown(secrets)))
            \(body(entry.responseBody, "answer-body"))
            """)
    }

    private var crumbs: HTML {
        let back: HTML =
            entry.flow.map { "<a href=\"\(Path.debug)#flow-\(String($0))\">Back to flow \(String($0))</a>" }
            ?? "<a href=\"\(Path.debug)\">Timeline</a>"
        func link(_ number: Int?, _ text: HTML) -> HTML {
            number.map { "<a href=\"\(Path.debugEntry($0))\">\(text)</a>" } ?? "<span class=\"dim\">\(text)</span>"
        }
        return "\(back) \(link(previous, "← Previous")) \(link(next, "Next →"))"
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

    private var trace: HTML {
        guard let trace = entry.trace else { return "" }
        let rows = trace.lines.map { name, value -> HTML in "<dt>\(name)</dt><dd><code>\(value)</code></dd>" }
        let notes = trace.notes.map { note -> HTML in "<dt>Trace</dt><dd>\(note.text)</dd>" }
        return "<dl>\(rows)\(notes)</dl>"
    }

    private func pairs(_ pairs: [(name: String, value: Redacted)]) -> HTML {
        let rows = pairs.map { name, value -> HTML in "<dt>\(name)</dt><dd><code>\(value.text)</code></dd>" }
        return rows.isEmpty ? "" : "<dl>\(rows)</dl>"
    }

    private func body(_ body: RecordedBody?, _ id: String) -> HTML {
        guard let body else { return "" }
        if let form = body.form { return pairs(form.map { ($0.name.text, $0.value) }) }
        let text = body.text(secrets)
        let cut: HTML = body.isCut ? "<p class=\"dim\">It is longer; this is the beginning.</p>" : ""
        return "<div class=\"copied\"><pre id=\"\(id)\">\(Self.pretty(text))</pre>\(Page.copyButton(id))</div>\(cut)"
    }

    /// JSON with a member on each line; any other text as it is.
    private static func pretty(_ text: String) -> String {
        guard let value = try? JSONParser.parse(Array(text.utf8)), value.object != nil || value.array != nil else {
            return text
        }
        return String(String(decoding: PrettyJSON.bytes(of: value), as: UTF8.self).dropLast())
    }
}
