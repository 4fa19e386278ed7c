#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Small files that only their owner may read, in one directory.
///
/// Each file has the mode 0600, and the directory 0700 where ``prepare()`` was called. A file is replaced atomically: a
/// reader sees the old or the new one, even after a crash. The server's own small files hold no secrets and need not
/// survive a crash; server and client share no target for files.
package struct PrivateFiles: Sendable {
    let directory: String

    package init(directory: String) { self.directory = directory }

    package func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// Makes the directory, without access for other users.
    package func prepare() throws(ClientError) {
        try makeDirectories()
        if chmod(directory, 0o700) != 0 { throw Self.failure("protect the directory", directory) }
    }

    /// Makes the directory and its missing parents.
    func makeDirectories() throws(ClientError) {
        var path = ""
        for part in directory.split(separator: "/") {
            path += "/\(part)"
            if mkdir(path, 0o700) != 0 && errno != EEXIST { throw Self.failure("make the directory", path) }
        }
    }

    /// The bytes of a file; nil when there is none.
    package func read(_ name: String) throws(ClientError) -> [UInt8]? {
        let file = open(path(name), O_RDONLY | O_CLOEXEC)
        if file < 0 {
            if errno == ENOENT { return nil }
            throw Self.failure("read", path(name))
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { Self.read(file, $0.baseAddress, $0.count) }
            if bytes.count > 1 << 20 { errno = EFBIG }
            if count < 0 || bytes.count > 1 << 20 { throw Self.failure("read", path(name)) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    /// Replaces a file.
    package func write(_ bytes: [UInt8], to name: String) throws(ClientError) {
        let temporary = try makeTemporary(bytes, for: name)
        guard rename(temporary, path(name)) == 0 else {
            let failure = Self.failure("write", path(name))
            unlink(temporary)
            throw failure
        }
    }

    /// Checks that a file of 64 KiB, which is larger than any file of tokens, can be written; nothing of it stays.
    package func checkWritable() throws(ClientError) {
        unlink(try makeTemporary([UInt8](repeating: 0x20, count: 64 << 10), for: "check"))
    }

    /// Writes a new file beside the one with a name, and returns its path.
    private func makeTemporary(_ bytes: [UInt8], for name: String) throws(ClientError) -> String {
        let temporary = path("\(name).\(getpid()).tmp")
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure("write", temporary) }
        defer { close(file) }
        guard Descriptor.write(bytes, to: file), fsync(file) == 0 else {
            let failure = Self.failure("write", path(name))
            unlink(temporary)
            throw failure
        }
        return temporary
    }

    /// Removes a file, if there is one.
    package func remove(_ name: String) throws(ClientError) {
        if unlink(path(name)) != 0 && errno != ENOENT { throw Self.failure("remove", path(name)) }
    }

    /// The names of all files.
    package func names() -> [String] {
        guard let entries = opendir(directory) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names.sorted()
    }

    private static func failure(_ deed: String, _ path: String) -> ClientError {
        let isFull = [ENOSPC, EDQUOT, EFBIG].contains(errno)
        return ClientError(
            .storage, "Cannot \(deed) \(path): \(String(cString: strerror(errno))).",
            advice: isFull ? "There is no room for it. Make some and try again." : .moveStore)
    }

    private static func read(_ file: CInt, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        #if canImport(Glibc)
        Glibc.read(file, bytes, count)
        #elseif canImport(Musl)
        Musl.read(file, bytes, count)
        #else
        Darwin.read(file, bytes, count)
        #endif
    }
}
