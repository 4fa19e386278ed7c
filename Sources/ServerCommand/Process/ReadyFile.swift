#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The file that says that connections are accepted, and where.
///
/// Who wrote it has it open and locked for as long as it runs. So a file without a lock was left by a process that was
/// killed, whatever process has its identifier by now, and nobody removes another server's.
final class ReadyFile {
    private let path: String
    /// Our file, open and locked; nil before it is written.
    private var descriptor: CInt?

    init(path: String) {
        self.path = path
    }

    /// Removes a file that no running server stands behind, before whoever waits for ours can take it for that.
    ///
    /// - Throws: why it is there to stay.
    func removeStale() throws(Files.Failure) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw Files.Failure(code: errno) }
            return
        }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFLNK else {
            throw Files.Failure(code: kind == S_IFDIR ? EISDIR : EEXIST)
        }
        // A link that leads nowhere is stale as well.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 || errno == ENOENT else { throw Files.Failure(code: errno) }
        if file >= 0 {
            defer { close(file) }
            if flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return }
        }
        guard unlink(path) == 0 || errno == ENOENT else { throw Files.Failure(code: errno) }
    }

    /// Writes it, whole at once, for the user who runs the server alone.
    func write(_ text: String) throws(Files.Failure) {
        descriptor = try Files.writeAtomically(text, to: path)
    }

    /// Removes it, unless another server has written one of its own since.
    func remove() {
        guard let descriptor else { return }
        self.descriptor = nil
        defer { close(descriptor) }
        var (ours, found) = (stat(), stat())
        guard fstat(descriptor, &ours) == 0, lstat(path, &found) == 0, ours.st_dev == found.st_dev,
            ours.st_ino == found.st_ino
        else { return }
        unlink(path)
    }
}
