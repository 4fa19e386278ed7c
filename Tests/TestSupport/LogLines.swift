public import StaticAuthServer
import Synchronization

/// Collects the log lines of a server.
public final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    private let format: Log.Format

    /// Makes an empty collection of lines in one form.
    public init(_ format: Log.Format = .text) { self.format = format }

    /// The log to give to a server.
    public var log: Log {
        Log(level: .debug, format: format) { line in self.lines.withLock { $0.append(line) } }
    }

    /// The lines so far.
    public var all: [String] { lines.withLock { $0 } }
}
