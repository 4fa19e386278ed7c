import Dispatch
import Glibc
import Synchronization

/// A program that a test starts, killed with the last reference.
///
/// It has its three streams, no other descriptor of this process, and no signal blocked or ignored. Foundation's
/// `Process` lists the descriptors of this process to close them in the child, and crashes when other
/// tests open many meanwhile.
public final class ChildProcess: Sendable {
    /// The other end of a stream of the program.
    public enum Stream: Sendable {
        /// Nothing to read, and what is written is dropped.
        case null
        /// A file; output is appended to it, and it is made if need be.
        case file(String)
        /// A descriptor of this process, which stays open here.
        case descriptor(CInt)
    }

    /// A program that could not be started, with the number of the system's error.
    public struct StartError: Error {
        let program: String
        let code: CInt
    }

    /// The process id.
    public let pid: Int32
    /// The exit code, once the process has ended and the system has forgotten it.
    private let code = Mutex<Int32?>(nil)

    /// Starts a program, and returns once it runs.
    ///
    /// - Parameters:
    ///   - program: its path, or a name that is looked for on the `PATH` of this process.
    ///   - environment: all its variables; those of this process when nil.
    ///   - directory: its working directory; that of this process when nil.
    /// - Throws: ``StartError``.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String: String]? = nil, directory: String? = nil,
        input: Stream = .null, output: Stream = .null, errors: Stream = .null
    ) throws(StartError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (stream, descriptor) in [(input, STDIN_FILENO), (output, STDOUT_FILENO), (errors, STDERR_FILENO)] {
            let flags = descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY | O_CREAT | O_APPEND
            switch stream {
            case .null: posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
            case .file(let path): posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0o600)
            case .descriptor(let other): posix_spawn_file_actions_adddup2(&actions, other, descriptor)
            }
        }
        // After the streams, whose paths are relative to the directory of this process.
        _ = GNU.addCloseFrom(&actions, STDERR_FILENO + 1)
        if let directory { _ = GNU.addChangeDirectory(&actions, directory) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The threads of Dispatch block signals, and SwiftNIO ignores SIGPIPE; a child would inherit both.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = (environment ?? [:]).map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var started: pid_t = 0
        let error =
            environment == nil
            ? posix_spawnp(&started, program, &actions, &attributes, &words, environ)
            : posix_spawnp(&started, program, &actions, &attributes, &words, &variables)
        guard error == 0 else { throw StartError(program: program, code: error) }
        pid = started
    }

    deinit { kill() }

    /// The exit code once it has ended; for a signal, its negative number.
    public var exitCode: Int32? {
        code.withLock { code in
            var status: CInt = 0
            guard code == nil, waitpid(pid, &status, WNOHANG) == pid else { return code }
            let signal = status & 0x7F
            code = signal == 0 ? status >> 8 & 0xFF : -signal
            return code
        }
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool { exitCode == nil }

    /// Sends a signal, unless it has ended.
    public func signal(_ signal: CInt) {
        code.withLock { if $0 == nil { Glibc.kill(pid, signal) } }
    }

    /// Waits for its end on a thread of its own, and returns the exit code; for a signal, its negative number.
    @discardableResult
    public func wait() async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "wait").async { continuation.resume(returning: self.waitBlocking()) }
        }
    }

    /// Kills it and waits for its end.
    public func kill() {
        signal(SIGKILL)
        waitBlocking()
    }

    /// Waits without a lock, so that others can ask and send signals meanwhile.
    @discardableResult
    private func waitBlocking() -> Int32 {
        while true {
            if let exitCode { return exitCode }
            var info = siginfo_t()
            waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT)
        }
    }

    /// Runs a program to its end, and returns the exit code; for a signal, its negative number.
    public static func run(_ program: String, _ arguments: [String]) async throws -> Int32 {
        try await ChildProcess(program, arguments).wait()
    }
}

/// Functions of glibc that Swift does not import.
private enum GNU {
    typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>

    static let addCloseFrom = unsafeBitCast(
        function("posix_spawn_file_actions_addclosefrom_np"), to: (@convention(c) (Actions, CInt) -> CInt).self)
    static let addChangeDirectory = unsafeBitCast(
        function("posix_spawn_file_actions_addchdir_np"),
        to: (@convention(c) (Actions, UnsafePointer<CChar>) -> CInt).self)

    private static func function(_ name: String) -> UnsafeMutableRawPointer {
        guard let function = dlsym(nil, name) else { preconditionFailure("there is no \(name) before glibc 2.34") }
        return function
    }
}
