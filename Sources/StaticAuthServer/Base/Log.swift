internal import Primitives
internal import OAuth
internal import Synchronization

/// What the server says about its work, a line an event, to a function that takes whole lines.
///
/// A line never holds a secret, a code, a verifier, a token or a query string. In text a value with anything but
/// visible ASCII is quoted; in JSON a line is one object. What is not legible is escaped in both.
public struct Log: Sendable {
    /// How much an event matters.
    public enum Level: String, CaseIterable, Comparable, Sendable {
        /// Details for someone who looks for a fault.
        case debug
        /// Normal work: each request, each start and stop.
        case info
        /// Something that deserves a look.
        case warning
        /// Something that failed here.
        case error

        /// Orders levels from the chatty to the grave.
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

    /// How a line is written.
    public enum Format: String, CaseIterable, Sendable {
        /// For a person.
        case text
        /// For a program: one JSON object a line.
        case json
    }

    /// Events below this level are left out.
    public let level: Level
    /// How lines are written.
    public let format: Format
    private let sink: @Sendable (String) -> Void

    /// Takes the function that receives each line, without its line end; it must not wait.
    public init(level: Level = .info, format: Format = .text, sink: @escaping @Sendable (String) -> Void) {
        self.level = level
        self.format = format
        self.sink = sink
    }

    /// Says nothing.
    public static let off = Log(level: .error) { _ in }

    /// Writes an event; the values are not looked at below the log's level.
    public func callAsFunction(
        _ level: Level, _ message: String, _ values: @autoclosure () -> KeyValuePairs<String, String> = [:]
    ) {
        guard level >= self.level else { return }
        sink(line(level, message, values()))
    }

    /// Returns the line of an event, whatever its level.
    public func line(_ level: Level, _ message: String, _ values: KeyValuePairs<String, String>) -> String {
        let time = SystemClock.now().iso8601
        switch format {
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

    private static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        if isPlain && !value.isEmpty { return value }
        // Its first character may be a mark, which would cling to the quote.
        let text = value.debugDescription.dropFirst().dropLast()
        return "\"" + escaped(String(text)) { "\\u{\(String($0.value, radix: 16, uppercase: true))}" } + "\""
    }

    /// Replaces what is not legible.
    private static func escaped(_ text: String, _ escape: (Unicode.Scalar) -> String) -> String {
        if text.unicodeScalars.allSatisfy(\.isLegible) { return text }
        return text.unicodeScalars.map { $0.isLegible ? String($0) : escape($0) }.joined()
    }

    private static func hexadecimal(_ unit: UInt32) -> String {
        String(0x1_0000 + unit, radix: 16).dropFirst().uppercased()
    }
}
