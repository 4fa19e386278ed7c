#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Keeps other processes, and other tasks of this one, away from what a file stands for.
///
/// `flock(2)`: the lock belongs to the open file, and the system lets go of it when the process ends in whatever way.
enum FileLock {
    /// Does work while holding the lock of a file.
    ///
    /// - Throws: `storage` when another holds it longer than the timeout; what the work throws.
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
        // Polling, because a thread that waits in the system could not be cancelled.
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
