internal import Logging
internal import Primitives

/// Writes events for a person at a terminal: one line for each, with advice under a refusal.
struct TerminalLine {
    /// Whether the terminal shows colours.
    let isColored: Bool
    /// The time of day, `14:03:22`.
    let time: String

    /// The line of an event, and those under it.
    func text(_ level: Logger.Level, _ message: String, _ values: Logger.Metadata) -> String {
        if let mood = values[LogKey.mood].flatMap({ LoggedRequest.Mood(rawValue: $0.text) }), values["status"] != nil {
            return text(ofRequest: values, mood)
        }
        let color: Color? =
            switch level {
            case .trace, .debug: .dim
            case .info, .notice: nil
            case .warning: .amber
            case .error, .critical: .red
            }
        var line = "\(painted(time, .dim))  \(painted(message, color))"
        line.append(LogKey.ordered(values), after: "  ")
        return line
    }

    private func text(ofRequest values: Logger.Metadata, _ mood: LoggedRequest.Mood) -> String {
        func value(_ key: String) -> String? { values[key]?.text }
        let (status, what) = (value("status") ?? "", value("grant") ?? value("rpc") ?? value(LogKey.event))
        let event = [what, value("tool")].compactMap(\.self).joined(separator: " ")
        let outcome = [status == "0" ? "no answer" : status, value("error")].compactMap(\.self)
        let target = "\(padded(value("method") ?? "", 4)) \(Self.cut(value("path") ?? "", 60))"
        var parts = [
            painted(time, .dim), padded(target.legible(), 30), padded(Self.cut(event.legible(), 40), 22),
            painted(padded(outcome.joined(separator: " ").legible(), 20), Self.color(of: mood)),
            padded("\(value("ms") ?? "") ms", 10), Self.cut((value("client") ?? "").legible(), 30),
        ]
        if let number = value("number") { parts.append(painted("#\(number)", .dim)) }
        parts += LogKey.furtherColumns(values).map { "\($0.key.quoted)=\($0.value.text.quoted)" }
        let under = advice(values).map { $0.legible() } + (value(LogKey.link).map { [painted($0, .dim)] } ?? [])
        let line = parts.filter { !$0.isEmpty }.joined(separator: "  ")
        let end = line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex
        return ([String(line[..<end])] + under.map { Self.margin + $0 }).joined(separator: "\n")
    }

    private func advice(_ values: Logger.Metadata) -> [String] {
        if case .array(let lines) = values[LogKey.advice] { lines.map(\.text) } else { [] }
    }

    /// The place of text under a line: below the method.
    private static let margin = String(repeating: " ", count: 10)

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.scalarCount))
    }

    private static func cut(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }

    // MARK: - Colours

    /// A colour of the terminal's own palette (ECMA-48, SGR).
    private enum Color: String {
        case red = "31"
        case green = "32"
        case amber = "33"
        case dim = "2"
    }

    private static func color(of mood: LoggedRequest.Mood) -> Color? {
        switch mood {
        case .fine, .page: .green
        case .expected, .detail: nil
        case .attention: .amber
        case .failure: .red
        }
    }

    private func painted(_ text: String, _ color: Color?) -> String {
        guard isColored, let color, !text.isEmpty else { return text }
        return "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m"
    }
}
