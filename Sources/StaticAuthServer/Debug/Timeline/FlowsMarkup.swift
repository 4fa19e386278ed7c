internal import FlowRecorder
internal import OAuth
internal import Primitives

/// The flows as they are at the moment, for a browser without scripts.
struct FlowsMarkup {
    private let documents: [JSONObject]
    private let control: ControlState
    /// The number of the first flow that is shown, if there are earlier ones.
    private let first: Int?
    private let isLatest: Bool

    /// The maximum number of flows on a page.
    private static let maximum = 50

    /// Takes the latest flows, or those before the one with a number.
    init(_ debug: DebugFeatures, before: Int?) {
        let (recorder, now) = (debug.recorder, debug.recorder.now())
        let flows = recorder.judgedFlows.filter { flow in before.map { flow.number < $0 } ?? true }
        let shown = flows.suffix(Self.maximum)
        documents = shown.reversed().map { FlowDocument($0, now: now).json }
        first = shown.count < flows.count ? shown.first?.number : nil
        control = ControlState(debug)
        isLatest = before == nil
    }

    var html: HTML {
        """
        \(inForce)
        \(documents.isEmpty ? Self.empty : "")
        \(documents.map(Self.flow))
        <p>\(earlier)\(isLatest ? "" : Self.latest)</p>
        """
    }

    private static let empty: HTML =
        "<p>Nothing has happened yet. Point your client at this server, and load this page again.</p>"
    private static let latest: HTML = "<a href=\"\(Path.debug)\">The latest flows</a>"

    private var earlier: HTML {
        first.map { "<a href=\"\(Path.debug)?before=\(String($0))\">Earlier flows</a> " } ?? ""
    }

    private var inForce: HTML {
        var items: [HTML] = []
        if let scenario = control.scenario {
            items.append("<li>The scenario <b>\(scenario)</b> is on: \(control.effect)</li>")
        }
        for fault in control.faults {
            items.append("<li>Fault \(String(fault.id)) waits for \(fault.requests.text): \(fault.effect.text).</li>")
        }
        if control.offset != .zero {
            items.append("<li>The clock is \(String(control.offset.components.seconds)) s off.</li>")
        }
        return items.isEmpty ? "" : "<ul class=\"force\">\(items)</ul>"
    }

    /// A flow by its document.
    static func flow(_ flow: JSONObject) -> HTML {
        let id = text(flow["id"])
        let name = [flow["client"], flow["client_version"]].compactMap { $0?.string }.filter { !$0.isEmpty }
        let status = text(flow["status"])
        let steps = flow["steps"]?.array?.compactMap(\.object) ?? []
        let silence = flow["silence"]?.object?["text"]?.string.map { "<p class=\"says silence\">\($0)</p>" as HTML }
        return """
            <section class="flow" id="flow-\(id)">
            <h2>Flow \(id) <span class="name">\(name.isEmpty ? "a client without a name" : name.joined(separator: " "))</span>
            <span class="badge \(status)">\(status)</span></h2>
            \(silence ?? "")
            <ol>\(steps.map(step))</ol>
            </section>

            """
    }

    private static func step(_ step: JSONObject) -> HTML {
        let entry = text(step["entry"])
        var notes: [HTML] = []
        func note(_ kind: String, _ text: String) { notes.append("<span class=\"\(kind)\">\(text)</span>") }
        let (fault, intervention) = (step["fault"]?.string, step["intervention"]?.string)
        if let fault { note("marks", "on purpose: \(fault)") }
        if let cause = step["cause"]?.string, ![fault, intervention].contains(cause) {
            note("marks", "on purpose: \(cause)")
        }
        if let intervention { note("marks", "after \(intervention)") }
        if let scenario = step["scenario"]?.string { note("marks", "scenario \(scenario)") }
        if let correction = step["corrected"]?.object?["text"]?.string { note("correction", correction) }
        for rule in step["broken_rules"]?.array?.compactMap(\.object) ?? [] {
            note("breaches", "Breaks \(text(rule["rule"])) (\(text(rule["reference"]))): \(text(rule["problem"]))")
        }
        let count = step["count"]?.number?.intValue ?? 1
        let (status, outcome) = (text(step["status"]), text(step["outcome"]))
        // The status has a place of its own.
        let rest = outcome.hasPrefix(status + " ") ? String(outcome.dropFirst(status.count + 1)) : outcome
        let tenths = Int(((step["duration_ms"]?.number?.doubleValue ?? 0) * 10).rounded())
        return """
            <li class="step plain \(step["corrected"] == nil ? text(step["verdict"]) : "corrected")">
            <a href="\(Path.debugRequests)/\(entry)">\(text(step["title"]))</a>\(count > 1 ? " (\(String(count)) times)" : "")
            <span class="code">\(status)</span> <span class="outcome">\(rest)</span>
            <span class="dim">\(String(tenths / 10)).\(String(tenths % 10)) ms</span>
            \(notes)</li>

            """
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): text
        case .number(let number): number.text
        default: ""
        }
    }
}
