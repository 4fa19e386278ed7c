internal import FlowRecorder
internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The report as a page: what failed first, each with its requests, what to change, and the reference.
struct ReportPage {
    let report: ReportDocument
    /// The names of all clients.
    let clients: [String]
    /// The parameters of the selection, as they were given.
    let client: String
    let flow: String
    let since: String
    let require: String
    /// The requests that the journal holds, by number.
    let entries: [Int: JournalEntry]

    var response: HTTPResponse {
        Page.response(
            .ok, title: "Report", width: .wide,
            """
            <p class="crumbs"><a href="\(Path.debug)">Timeline</a></p>
            <h1>Report</h1>
            <p class="\(report.count(.fail) > 0 ? "bad" : report.count(.pass) > 0 ? "good" : "note")">\(report.headline)</p>
            \(form)
            \(report.partsByFailures.map(section))
            <p class="dim">For programs: \(formats)</p>
            """)
    }

    private var form: HTML {
        let options = clients.map { name -> HTML in
            let isChosen = name.lowercased() == client.lowercased()
            return "<option\(isChosen ? " selected" : "" as HTML)>\(name)</option>"
        }
        let isElsewhere = !client.isEmpty && !clients.contains { $0.lowercased() == client.lowercased() }
        let given: HTML = isElsewhere ? "<option selected>\(client)</option>" : ""
        return """
            <form class="select" method="get" action="\(Path.debugReport)">
            <label>Client <select name="client"><option value="">all</option>\(options)\(given)</select></label>
            <label>Flow <input name="flow" value="\(flow)" inputmode="numeric" placeholder="all"></label>
            <label>Since <input name="since" value="\(since)" placeholder="request or time"></label>
            <label>Required <input name="require" value="\(require)" placeholder="rule, rule"></label>
            <input type="hidden" name="format" value="html">
            <button>Show</button>
            </form>
            """
    }

    private var formats: [HTML] {
        let selection = [("client", client), ("flow", flow), ("since", since), ("require", require)]
            .filter { !$0.1.isEmpty }.map { "&\($0.0)=\(FormCoding.encode($0.1))" }.joined()
        return ["json", "text", "markdown", "junit"].map {
            "<a href=\"\(Path.debugReport)?format=\($0)\(selection)\">\($0)</a> "
        }
    }

    private func section(of part: ReportDocument.Part) -> HTML {
        let failed = part.lines(.fail).map { rule($0, level: "bad") }
        let noted = part.lines(.note).map { rule($0, level: "advice") }
        let heading: HTML = part.client.map { "<h2>\($0)</h2>" } ?? "<h2>Rules</h2>"
        return """
            <section>
            \(heading)
            <p class="counts">\(count(part, .fail, "failed"))\(count(part, .note, "noted"))\(count(part, .pass, "passed"))\
            \(count(part, .notSeen, "not seen"))</p>
            \(failed)\(noted)
            \(table(part.lines(.pass), "Passed"))
            \(table(part.lines(.notSeen), "Not seen"))
            </section>
            """
    }

    private func count(_ part: ReportDocument.Part, _ verdict: Findings.Verdict, _ word: String) -> HTML {
        let number = part.count(verdict)
        return number == 0 ? "" : "<span class=\"count \(verdict.style)\">\(String(number)) \(word)</span> "
    }

    private func rule(_ line: ReportDocument.Line, level: String) -> HTML {
        let problems = line.problems.map { entry, problem -> HTML in
            "<li>\(entry.map(request) ?? "")\(problem)</li>"
        }
        return """
            <article class="rule \(level)">
            <h3><code>\(line.id)</code> \(line.isAdvice ? "a recommendation that was not followed" : "")</h3>
            <p>\(line.sentence) \(references(line))</p>
            <ul>\(problems)</ul>
            <p><b>What to change:</b> \(line.remedy)</p>
            </article>

            """
    }

    private func request(_ number: Int) -> HTML {
        guard let entry = entries[number] else { return "Request \(String(number)): " }
        let flow: HTML =
            entry.flow.map { " of <a href=\"\(Path.debug)#flow-\(String($0))\">flow \(String($0))</a>" } ?? ""
        let address: HTML = "<a href=\"\(Path.debugEntry(number))\">Request \(String(number))</a>"
        return "\(address), <code>\(entry.method) \(entry.path.text)</code> → \(String(entry.status))\(flow): "
    }

    private func table(_ lines: [ReportDocument.Line], _ title: String) -> HTML {
        guard !lines.isEmpty else { return "" }
        let rows = lines.map { line -> HTML in
            let shown = line.entries.prefix(3).map { number -> HTML in
                let text = String(number)
                return entries[number] == nil ? "\(text) " : "<a href=\"\(Path.debugEntry(number))\">\(text)</a> "
            }
            let requests: HTML = shown.isEmpty ? "" : "<span class=\"dim\">request \(shown)</span>"
            return "<li><code>\(line.id)</code> \(line.sentence) \(references(line)) \(requests)</li>\n"
        }
        let summary: HTML = "<summary>\(title): \(String(lines.count))</summary>"
        return "<details>\(summary)<ul class=\"rules\">\(rows)</ul></details>\n"
    }

    private func references(_ line: ReportDocument.Line) -> HTML {
        let parts = RuleReference.all(in: line.reference).map { part -> HTML in
            part.url.map { "<a href=\"\($0)\" rel=\"noreferrer\">\(part.text)</a>" } ?? "\(part.text)"
        }
        let list = parts.dropFirst().reduce(parts.first ?? "") { "\($0), \($1)" as HTML }
        return "<span class=\"reference\">(\(list))</span>"
    }
}

extension Findings.Verdict {
    /// The class of its count.
    fileprivate var style: String {
        switch self {
        case .pass: "passed"
        case .fail: "failed"
        case .note: "noted"
        case .notSeen: "not-seen"
        }
    }
}
