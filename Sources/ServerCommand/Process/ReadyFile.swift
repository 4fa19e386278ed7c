#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The file that tells where the server is, once it accepts connections.
///
/// Its writer keeps it open and locked while it runs. So a file without a lock was left by a process that was killed,
/// even if another process has its id by now, and no server removes another's file.
final class ReadyFile {
    private let path: String
    /// The descriptor of our file, open and locked; nil before it is written.
    private var descriptor: CInt?

    init(path: String) {
        self.path = path
    }

    /// Removes the file of a server that no longer runs, before a reader can take it for ours.
    ///
    /// - Throws: the reason why it cannot be removed.
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
        // A dangling link is stale as well.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 || errno == ENOENT else { throw Files.Failure(code: errno) }
        if file >= 0 {
            defer { close(file) }
            if flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return }
        }
        guard unlink(path) == 0 || errno == ENOENT else { throw Files.Failure(code: errno) }
    }

    /// Writes it atomically, readable only for the server's user.
    func write(_ text: String) throws(Files.Failure) {
        descriptor = try Files.writeAtomically(text, to: path)
    }

    /// Removes it, unless another server has replaced it.
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
