#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The signals that ask the process to stop.
///
/// They are blocked, and one thread waits for them, so no code of ours runs inside a signal handler. Make this before
/// any other thread exists: threads inherit the mask.
struct Signals {
    private var set = sigset_t()
    private static let names = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT"), (SIGHUP, "SIGHUP")]

    init() {
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        // Under nohup it is ignored, and stays so.
        if !Self.isIgnored(SIGHUP) { sigaddset(&set, SIGHUP) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        // With a limit on the size of files, a write then fails with an error, as on a full disk.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Whether one of them is pending.
    var arePending: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return Self.names.contains { sigismember(&pending, $0.0) == 1 }
    }

    /// Waits for one of them, and returns its name; a second one then ends the process at once.
    func wait() -> String {
        var set = set
        var received: CInt = 0
        sigwait(&set, &received)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        return Self.names.first { $0.0 == received }?.1 ?? "a signal"
    }

    private static func isIgnored(_ number: CInt) -> Bool {
        let handler = signal(number, SIG_IGN)
        signal(number, handler)
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
