internal import OAuth
internal import Primitives
internal import Synchronization

/// The log of the server: one line per event, passed to a function.
///
/// A line never holds a secret, a code, a verifier, a token or a query string. In text a value with anything but
/// visible ASCII is quoted; in JSON a line is one object. Illegible characters are escaped in both. At a terminal a
/// request has further lines under its own, with advice on a refusal.
public struct Log: Sendable {
    /// The severity of an event.
    public enum Level: String, CaseIterable, Comparable, Sendable {
        /// Details for finding a fault.
        case debug
        /// Normal operation: each request, each start and stop.
        case info
        /// An event that deserves attention.
        case warning
        /// A failure of this server.
        case error

        /// Orders levels by severity.
        public static func < (left: Level, right: Level) -> Bool { left.gravity < right.gravity }

        private var gravity: Int {
            switch self {
            case .debug: 0
            case .info: 1
            case .warning: 2
            case .error: 3
            }
        }
    }

    /// The format of a line.
    public enum Format: String, CaseIterable, Sendable {
        /// For a person at a terminal.
        case terminal
        /// For people and programs: `key=value`.
        case text
        /// For programs: one JSON object per line.
        case json
    }

    /// The lowest level that is logged.
    public let level: Level
    /// The format of lines.
    public let format: Format
    private let isColored: Bool
    private let sink: @Sendable (String) -> Void

    /// Takes the function that receives each line, without its line end; it must not block.
    ///
    /// - Parameter isColored: whether lines for a terminal have colours.
    public init(
        level: Level = .info, format: Format = .text, isColored: Bool = false,
        sink: @escaping @Sendable (String) -> Void
    ) {
        self.level = level
        self.format = format
        self.isColored = isColored
        self.sink = sink
    }

    /// Logs nothing.
    public static let off = Log(level: .error) { _ in }

    /// Logs an event; below the log's level the values are not evaluated.
    public func callAsFunction(
        _ level: Level, _ message: String, _ values: @autoclosure () -> KeyValuePairs<String, String> = [:]
    ) {
        guard level >= self.level else { return }
        sink(line(level, message, values()))
    }

    /// Logs a request, at the level `info`.
    func callAsFunction(_ request: LoggedRequest) {
        guard level <= .info else { return }
        sink(format == .terminal ? terminal.text(of: request) : line(.info, "request", request.values))
    }

    private var terminal: TerminalLine {
        TerminalLine(isColored: isColored, time: LocalTime.string(SystemClock.now(), "%H:%M:%S"))
    }

    /// Formats an event, whatever its level.
    public func line(_ level: Level, _ message: String, _ values: KeyValuePairs<String, String>) -> String {
        line(level, message, Array(values))
    }

    private func line(_ level: Level, _ message: String, _ values: [(key: String, value: String)]) -> String {
        let time = SystemClock.now().iso8601
        switch format {
        case .terminal: return terminal.text(level, message, values)
        case .text:
            let pairs = values.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
            return "\(time) \(level.rawValue) \(message)\(pairs)"
        case .json:
            var object: JSONObject = [
                "time": .string(time), "level": .string(level.rawValue), "message": .string(message),
            ]
            for (key, value) in values { object[key] = .string(value) }
            return Self.escaped(String(decoding: JSONWriter.bytes(of: object), as: UTF8.self)) { scalar in
                scalar.utf16.map { "\\u" + Self.hexadecimal(UInt32($0)) }.joined()
            }
        }
    }

    static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        if isPlain && !value.isEmpty { return value }
        // Its first character may be a combining mark, which would combine with the quote.
        let text = value.debugDescription.dropFirst().dropLast()
        return "\"" + escaped(String(text)) { "\\u{\(String($0.value, radix: 16, uppercase: true))}" } + "\""
    }

    /// Escapes illegible characters.
    private static func escaped(_ text: String, _ escape: (Unicode.Scalar) -> String) -> String {
        if text.unicodeScalars.allSatisfy(\.isLegible) { return text }
        return text.unicodeScalars.map { $0.isLegible ? String($0) : escape($0) }.joined()
    }

    private static func hexadecimal(_ unit: UInt32) -> String {
        String(0x1_0000 + unit, radix: 16).dropFirst().uppercased()
    }
}
