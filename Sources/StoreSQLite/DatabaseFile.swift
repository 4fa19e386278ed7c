#if SQLite
internal import Foundation
internal import GRDB
internal import OAuthServer

/// A file that cannot be used as a store, and that was left unchanged.
public struct UnusableFile: Error, CustomStringConvertible {
    /// The cause and what to do, for the person who named the file.
    public let description: String
}

/// The file of a store.
struct DatabaseFile {
    /// The path as the person wrote it.
    let path: String
    let timeout: Duration
    /// A hook for each connection; tests use it to watch statements.
    var prepare: @Sendable (Database) throws -> Void = { _ in }

    /// Opens the file with one writer and several readers.
    ///
    /// Two processes that create the file at the same time may block each other, so a process that is refused tries
    /// again.
    ///
    /// - Parameter enter: called in the transaction that creates or finds the tables.
    func open(_ enter: (Database) throws -> Void) throws -> DatabasePool {
        let deadline = ContinuousClock.now + timeout
        while true {
            do {
                try makeIfMissing()
                try refuseIfForeign()
                try makePrivate()
                let pool = try DatabasePool(path: absolutePath, configuration: configuration)
                try pool.writeWithoutTransaction { db in
                    try db.transaction {
                        try Schema.migrate(db, from: try version(db))
                        try enter(db)
                    }
                }
                return pool
            } catch let error as DatabaseError {
                guard error.isPassing else { throw unusable(error) }
                guard ContinuousClock.now < deadline else {
                    throw StoreUnavailable(reason: "\(path): \(error.plainReason)")
                }
                usleep(20_000)
            }
        }
    }

    /// Writes the write-ahead log into the file, unless another process has the file open.
    ///
    /// SQLite does so when the last connection that can write is closed. A pool closes its readers after its writer, so
    /// its last connection cannot.
    func tidyUp() {
        try? DatabaseQueue(path: absolutePath, configuration: configuration).close()
    }

    private var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        let milliseconds = timeout / .milliseconds(1)
        configuration.prepareDatabase { [prepare] db in
            try db.execute(sql: "PRAGMA busy_timeout = \(Int(milliseconds))")
            try prepare(db)
        }
        return configuration
    }

    /// An absolute path, which SQLite does not take for a special name such as `:memory:`.
    private var absolutePath: String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// Creates an empty file; SQLite gives the files beside it the same mode.
    ///
    /// An existing file is not opened: closing it would drop the locks that this process may have on it.
    private func makeIfMissing() throws {
        let file = Foundation.open(absolutePath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            close(file)
        } else if errno != EEXIST {
            throw UnusableFile(description: "\(path): It cannot be made: \(String(cString: strerror(errno))).")
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: absolutePath, isDirectory: &isFolder), !isFolder.boolValue else {
            throw UnusableFile(description: "\(path): This is no file. Name one, or one that is to be made.")
        }
    }

    /// Checks whose file it is, without changing it.
    private func refuseIfForeign() throws {
        var configuration = configuration
        configuration.readonly = true
        let queue = try DatabaseQueue(path: absolutePath, configuration: configuration)
        defer { try? queue.close() }
        _ = try queue.read(version)
    }

    private func version(_ db: Database) throws -> Int {
        switch try Schema.owner(db) {
        case .nobody:
            return 0
        case .us(let version) where version <= Schema.version:
            return version
        case .us(let version):
            throw UnusableFile(
                description:
                    "\(path): A newer server wrote this file: its schema is version \(version), and this server "
                    + "knows \(Schema.version). Start that server, or name another file. Nothing was changed.")
        case .someoneElse:
            throw UnusableFile(
                description: "\(path): This is the database of another program. Name another file. Nothing was changed."
            )
        }
    }

    private func makePrivate() throws {
        for suffix in ["", "-wal", "-shm"] {
            guard chmod(absolutePath + suffix, 0o600) == 0 || errno == ENOENT else {
                throw UnusableFile(
                    description: "\(path)\(suffix): It cannot be made private (mode 0600): "
                        + "\(String(cString: strerror(errno))).")
            }
        }
    }

    private func unusable(_ error: DatabaseError) -> UnusableFile {
        switch error.resultCode {
        case .SQLITE_NOTADB:
            UnusableFile(
                description: "\(path): This file is no SQLite database. Name another one. Nothing was changed.")
        default:
            UnusableFile(description: "\(path): \(error.plainReason).")
        }
    }
}
#endif
