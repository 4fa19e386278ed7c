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

    init() {
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        // With a limit on the size of files, a write then fails with an error, as on a full disk.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// Whether one of them is pending.
    var arePending: Bool {
        var pending = sigset_t()
        sigpending(&pending)
        return sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1
    }

    /// Waits for SIGTERM or SIGINT, and returns its name; a second one then ends the process at once.
    func wait() -> String {
        var set = set
        var received: CInt = 0
        sigwait(&set, &received)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        return received == SIGINT ? "SIGINT" : "SIGTERM"
    }
}
