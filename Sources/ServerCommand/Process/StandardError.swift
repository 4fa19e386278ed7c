#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif
internal import Synchronization

/// Writes lines to standard error without ever waiting for its reader.
///
/// A test harness that starts this server with a pipe and never reads it would otherwise block the server once the pipe
/// is full. So a line that does not fit is dropped, and the next one that fits is preceded by a line with their number.
final class StandardError: Sendable {
    private let lost = Mutex(0)
    private let notice: @Sendable (Int) -> String

    /// Takes the function that formats the line with the number of lost ones.
    init(notice: @escaping @Sendable (Int) -> String = { "\($0) lines lost: standard error was not read" }) {
        self.notice = notice
    }

    /// Whether a person reads it at a terminal.
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Whether it is a terminal with colours, and its user wants them (no-color.org).
    static var showsColors: Bool {
        func isSet(_ name: String) -> Bool { getenv(name).map { $0.pointee != 0 } ?? false }
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? false
        return isTerminal && !isSet("NO_COLOR") && !isDumb
    }

    /// Writes a line, which may contain line breaks.
    func line(_ text: String) {
        lost.withLock { lost in
            guard isReady else { return lost += 1 }
            let lines = lost == 0 ? [text] : [notice(lost), text]
            lost = 0
            var rest = Array(lines.map { $0 + "\n" }.joined().utf8)[...]
            while !rest.isEmpty, isReady {
                // A pipe that is ready takes this many bytes without blocking (PIPE_BUF).
                let piece = rest.prefix(4096)
                let count = piece.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    private var isReady: Bool {
        var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&descriptor, 1, 0) == 1 && descriptor.revents & Int16(POLLOUT) != 0
    }
}
