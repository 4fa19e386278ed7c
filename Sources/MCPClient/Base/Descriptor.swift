#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Writes to an open file: a file on a disk, a pipe or a terminal.
package enum Descriptor {
    /// The number of bytes that a pipe takes at once, if it has room (POSIX, PIPE_BUF).
    private static let piece = 4096

    /// Writes all bytes, even to a file that takes only some at a time or is non-blocking.
    ///
    /// - Parameter goesOn: called repeatedly while the file takes nothing; false gives up.
    /// - Returns: false when the file takes no more, with the reason in `errno`.
    @discardableResult
    package static func write(
        _ bytes: [UInt8], to file: CInt, while goesOn: () -> Bool = { true }
    ) -> Bool {
        var position = 0
        while position < bytes.count {
            guard isReady(file, within: 100) else {
                guard goesOn() else { return false }
                continue
            }
            let count = bytes.withUnsafeBytes {
                some(file, $0.baseAddress.map { $0 + position }, min(piece, bytes.count - position))
            }
            if count > 0 {
                position += count
            } else if count == 0 || ![EINTR, EAGAIN, EWOULDBLOCK].contains(errno) {
                return false
            }
        }
        return true
    }

    /// Whether the file takes bytes, or fails at once, within some milliseconds.
    package static func isReady(_ file: CInt, within milliseconds: CInt) -> Bool {
        var wanted = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        let count = poll(&wanted, 1, milliseconds)
        return count > 0 || count < 0 && errno != EINTR
    }

    /// Waits until nothing reads what is written to a pipe, or a terminal has been closed; for a file it never returns.
    package static func waitForEnd(of file: CInt) {
        var wanted = pollfd(fd: file, events: 0, revents: 0)
        while poll(&wanted, 1, -1) <= 0 || wanted.revents == 0 {}
    }

    /// The system's `write`, which the function above shadows.
    private static func some(_ file: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        Glibc.write(file, bytes, count)
        #elseif canImport(Musl)
        Musl.write(file, bytes, count)
        #else
        Darwin.write(file, bytes, count)
        #endif
    }
}
