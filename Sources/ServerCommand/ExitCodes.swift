internal import ArgumentParser

/// How the process ends, by the numbers of BSD's `sysexits.h`; 0 follows SIGTERM and SIGINT.
extension ExitCode {
    /// A bad flag or flag value.
    static let usage = ExitCode(64)
    /// The port, the store, or another thing of the system is not to be had.
    static let unavailable = ExitCode(69)
    /// Bad variables, a bad `.env` file, or settings that do not fit together.
    static let configuration = ExitCode(78)
}
