internal import Primitives

/// Writes events for a person at a terminal: one line for each, with advice under a refusal.
struct TerminalLine {
    /// Whether the terminal shows colours.
    let isColored: Bool
    /// The time of day, `14:03:22`.
    let time: String

    /// The line of a request.
    func text(of request: LoggedRequest) -> String {
        let event = [request.grant ?? request.rpc ?? request.event, request.tool].compactMap(\.self)
        let outcome = [request.status == 0 ? "no answer" : String(request.status), request.error].compactMap(\.self)
        var parts = [
            painted(time, .dim), padded("\(padded(request.method, 4)) \(Self.cut(request.path, 60))".legible(), 30),
            padded(Self.cut(event.joined(separator: " ").legible(), 40), 22),
            painted(padded(outcome.joined(separator: " ").legible(), 20), Self.color(of: request.mood)),
            padded("\(request.milliseconds) ms", 10), Self.cut((request.client ?? "").legible(), 30),
        ]
        if let number = request.number { parts.append(painted("#\(number)", .dim)) }
        let under = request.advice.map { $0.legible() } + (request.link.map { [painted($0, .dim)] } ?? [])
        let line = parts.filter { !$0.isEmpty }.joined(separator: "  ")
        let end = line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex
        return ([String(line[..<end])] + under.map { Self.margin + $0 }).joined(separator: "\n")
    }

    /// The line of any other event.
    func text(_ level: Log.Level, _ message: String, _ values: [(key: String, value: String)]) -> String {
        let pairs = values.map { "  \($0.key)=\(Log.quoted($0.value))" }.joined()
        let color: Color? =
            switch level {
            case .debug: .dim
            case .info: nil
            case .warning: .amber
            case .error: .red
            }
        return "\(painted(time, .dim))  \(painted(message, color))\(pairs)"
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
        case .fine: .green
        case .expected: nil
        case .attention: .amber
        case .failure: .red
        }
    }

    private func painted(_ text: String, _ color: Color?) -> String {
        guard isColored, let color, !text.isEmpty else { return text }
        return "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m"
    }
}
