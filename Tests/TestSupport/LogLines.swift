public import StaticAuthServer
import Synchronization

/// Collects the log lines of a server.
public final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    /// Makes an empty collection.
    public init() {}

    /// The log to give to a server.
    public var log: Log {
        Log(level: .debug) { line in self.lines.withLock { $0.append(line) } }
    }

    /// The lines so far.
    public var all: [String] { lines.withLock { $0 } }
}
