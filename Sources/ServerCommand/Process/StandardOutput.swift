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
    /// Writes a result at once.
    ///
    /// - Throws: the exit code, after a message, when standard output takes no more.
    static func result(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = String(cString: strerror(errno))
                StandardError().line("static-auth-server: standard output takes no more: \(reason).")
                throw ExitCode.notWritten
            }
            rest = rest.dropFirst(count)
        }
    }
}
