#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The descriptors of standard input, output and error.
package enum StandardDescriptors {
    /// Occupies those that the process was started without, so that no file or socket gets their numbers, into which
    /// messages and results would be written.
    ///
    /// Each is opened for the wrong direction, so that its use fails.
    package static func occupy() {
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) == -1 {
            _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
