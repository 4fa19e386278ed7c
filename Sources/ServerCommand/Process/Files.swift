#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Reads and writes small files.
enum Files {
    /// The reason why a file could not be read or written.
    struct Failure: Error {
        let code: CInt

        var isMissingFile: Bool { code == ENOENT }
        var reason: String { code == EILSEQ ? "It is not UTF-8 text" : String(cString: strerror(code)) }
    }

    /// Reads a file as UTF-8 text.
    static func text(of path: String, atMost limit: Int) throws(Failure) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Failure(code: errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw Failure(code: errno) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw Failure(code: EFBIG) }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure(code: EILSEQ) }
        return text
    }

    /// Writes a file that only its owner can read, atomically: a new file takes the old one's name.
    ///
    /// - Returns: its descriptor, which has a lock on it.
    static func writeAtomically(_ text: String, to path: String) throws(Failure) -> CInt {
        let temporary = "\(path).\(getpid()).tmp"
        unlink(temporary)  // Left by a crash, perhaps: in a container the process identifier is always the same.
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Failure(code: errno) }
        flock(file, LOCK_EX | LOCK_NB)  // Where the file system knows no locks there is none.
        do throws(Failure) {
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
                guard count > 0 else { throw Failure(code: errno) }
                rest = rest.dropFirst(count)
            }
            guard rename(temporary, path) == 0 else { throw Failure(code: errno) }
        } catch {
            unlink(temporary)
            close(file)
            throw error
        }
        return file
    }
}
