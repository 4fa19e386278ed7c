#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A lock against other processes, and other tasks of this one.
///
/// `flock(2)`: the lock belongs to the open file, and the system releases it when the process ends in any way.
enum FileLock {
    /// Runs work with the lock of a file.
    ///
    /// - Throws: `storage` when another process keeps the lock beyond the timeout; errors of the work.
    static func holding<Value>(
        _ path: String, timeout: Duration = .seconds(60), isolation: isolated (any Actor)? = #isolation,
        _ work: () async throws -> Value
    ) async throws -> Value {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw ClientError(.storage, "Cannot open the lock \(path): \(String(cString: strerror(errno))).")
        }
        defer { close(file) }
        let end = ContinuousClock.now + timeout
        // Polling, because a thread that blocks in the system could not be cancelled.
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < end else {
                throw ClientError(
                    .storage, "Another process has held \(path) for \(timeout.inSeconds) seconds.",
                    advice: .findLockHolder)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try await work()
    }
}
