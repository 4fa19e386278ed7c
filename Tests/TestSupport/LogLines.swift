public import Logging
public import StaticAuthServer
import Synchronization

/// Collects the log lines of a server.
public final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    private let format: LineLogHandler.Format
    private let level: Logger.Level

    /// Makes an empty collection of lines in one form.
    public init(_ format: LineLogHandler.Format = .text, level: Logger.Level = .debug) {
        (self.format, self.level) = (format, level)
    }

    /// The logger to give to a server.
    public var logger: Logger {
        Logger(label: "test") { _ in
            LineLogHandler(format: format, level: level) { line in self.lines.withLock { $0.append(line) } }
        }
    }

    /// The lines so far.
    public var all: [String] { lines.withLock { $0 } }
}

extension Logger {
    /// Logs nothing.
    public static let off = Logger(label: "off") { _ in SwiftLogNoOpLogHandler() }
}
