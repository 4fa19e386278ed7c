internal import ArgumentParser

/// The exit codes of the process, from BSD's `sysexits.h`; 0 after SIGTERM, SIGINT and SIGHUP.
extension ExitCode {
    /// A bad flag or flag value.
    static let usage = ExitCode(64)
    /// The port, the store, or another resource of the system is not available.
    static let unavailable = ExitCode(69)
    /// Standard output takes no more.
    static let notWritten = ExitCode(74)
    /// Bad variables, a bad `.env` file, or settings that contradict each other.
    static let configuration = ExitCode(78)
}
