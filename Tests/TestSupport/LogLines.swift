public import StaticAuthServer
import Synchronization

/// Collects what a server logs.
public final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])

    /// Starts with nothing collected.
    public init() {}

    /// The log to give to a server.
    public var log: Log {
        Log(level: .debug) { line in self.lines.withLock { $0.append(line) } }
    }

    /// The lines so far.
    public var all: [String] { lines.withLock { $0 } }
}
