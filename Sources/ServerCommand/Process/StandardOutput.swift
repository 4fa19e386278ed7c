internal import ArgumentParser

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Writes the results of subcommands to standard output.
enum StandardOutput {
    /// Writes a text at once.
    ///
    /// - Throws: the exit code, after a message, when standard output takes no more.
    static func write(_ text: String) throws {
        print(text, terminator: "")
        guard fflush(nil) != 0 else { return }
        StandardError().line("static-auth-server: standard output takes no more: \(String(cString: strerror(errno))).")
        throw ExitCode.notWritten
    }
}
