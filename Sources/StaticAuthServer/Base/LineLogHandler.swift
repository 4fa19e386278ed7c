public import Logging
internal import Primitives

/// A log handler that writes a line for each event, in one of three forms.
///
/// ```swift
/// let logger = Logger(label: "auth") { _ in LineLogHandler(format: .json) { print($0) } }
/// let server = try await StaticAuthServer.start(settings, logger: logger)
/// ```
///
/// In text a value with anything but visible ASCII is quoted; in JSON a line is one object. Illegible characters are
/// escaped in both. At a terminal a request has further lines under its own, with advice on a refusal. Keys that this
/// server uses come first, in its order, then any others by name.
public struct LineLogHandler: LogHandler {
    /// The form of a line.
    public enum Format: String, CaseIterable, Sendable {
        /// For a person at a terminal.
        case terminal
        /// For people and programs: `key=value`.
        case text
        /// For programs: one JSON object per line.
        case json
    }

    /// The lowest level that is logged.
    public var logLevel: Logger.Level
    /// The metadata of every event.
    public var metadata: Logger.Metadata = [:]
    /// Provides further metadata of each event.
    public var metadataProvider: Logger.MetadataProvider?
    private let format: Format
    private let isColored: Bool
    private let write: @Sendable (String) -> Void

    /// Takes the function that receives each line, without its line end; it must not block.
    ///
    /// - Parameters:
    ///   - isColored: whether lines for a terminal have colours.
    public init(
        format: Format = .text, level: Logger.Level = .info, isColored: Bool = false,
        metadataProvider: Logger.MetadataProvider? = nil, write: @escaping @Sendable (String) -> Void
    ) {
        (self.format, logLevel, self.isColored) = (format, level, isColored)
        self.metadataProvider = metadataProvider
        self.write = write
    }

    /// The metadata of every event, by key.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes an event.
    public func log(event: LogEvent) {
        var values = event.metadata ?? [:]
        if let error = event.error, values["error"] == nil { values["error"] = .string("\(error)") }
        if let provided = metadataProvider?.get(), !provided.isEmpty { values.merge(provided) { own, _ in own } }
        if !metadata.isEmpty { values.merge(metadata) { own, _ in own } }
        if format == .terminal, logLevel > .debug, isForDebugging(values) { return }
        write(line(event.level, event.message.description, values))
    }

    /// Formats an event, whatever its level.
    package func line(_ level: Logger.Level, _ message: String, _ values: Logger.Metadata) -> String {
        let time = SystemClock.now()
        switch format {
        case .terminal:
            let line = TerminalLine(isColored: isColored, time: LocalTime.string(time, "%H:%M:%S"))
            return line.text(isForDebugging(values) ? .debug : level, message.escaped(), values)
        case .text:
            var line = "\(time.iso8601) \(level.rawValue) \(message.escaped())"
            line.append(LogKey.ordered(values), after: " ")
            return line
        case .json:
            var object: JSONObject = [
                "time": .string(time.iso8601), "level": .string(level.rawValue), "message": .string(message),
            ]
            for (key, value) in LogKey.ordered(values) {
                object[Self.reserved.contains(key) ? key + "_" : key] = value.json
            }
            return String(decoding: JSONWriter.bytes(of: object), as: UTF8.self).escaped { scalar in
                scalar.utf16.map { "\\u" + Self.hexadecimal(UInt32($0)) }.joined()
            }
        }
    }

    /// Whether a person at a terminal does not need it: a page that shows the client, or what the request's line says.
    private func isForDebugging(_ values: Logger.Metadata) -> Bool {
        guard case .string(let mood) = values[LogKey.mood] else { return false }
        return [LoggedRequest.Mood.page, .detail].contains { $0.rawValue == mood }
    }

    private static let reserved: Set = ["time", "level", "message"]

    private static func hexadecimal(_ unit: UInt32) -> String {
        String(0x1_0000 + unit, radix: 16).dropFirst().uppercased()
    }
}

extension String {
    /// The text as a value in a line: quoted when it is not plain.
    var quoted: String {
        let isPlain = utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        if isPlain && !isEmpty { return self }
        // Its first character may be a combining mark, which would combine with the quote.
        let text = debugDescription.dropFirst().dropLast()
        return "\"" + String(text).escaped() + "\""
    }

    /// The text with its illegible characters escaped.
    func escaped(
        _ escape: (Unicode.Scalar) -> String = { "\\u{\(String($0.value, radix: 16, uppercase: true))}" }
    ) -> String {
        if utf8.allSatisfy({ (0x20...0x7E).contains($0) }) || unicodeScalars.allSatisfy(\.isLegible) { return self }
        return unicodeScalars.map { $0.isLegible ? String($0) : escape($0) }.joined()
    }
}
