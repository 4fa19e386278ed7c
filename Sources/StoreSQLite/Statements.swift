#if SQLite
internal import Foundation
internal import GRDB
internal import OAuth

/// Statements, prepared once per connection and cached.
extension Database {
    /// Executes a change and returns the number of changed rows.
    @discardableResult
    func change(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: arguments)
        return changesCount
    }

    /// The first row of a result.
    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    /// The first column of all rows of a result.
    func values<Value: DatabaseValueConvertible>(_ sql: String, _ arguments: StatementArguments) throws -> [Value] {
        try Value.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }

    /// Runs changes in an immediate transaction: all or nothing, and no other writer in between.
    func transaction<Value>(_ change: () throws -> Value) throws -> Value {
        try beginTransaction(.immediate)
        do {
            let value = try change()
            try commit()
            return value
        } catch {
            try? rollback()
            throw error
        }
    }
}

extension DatabaseError {
    /// The error in SQLite's words, without the statement.
    var plainReason: String {
        message ?? "\(resultCode)"
    }

    /// Whether a retry may succeed.
    var isPassing: Bool {
        [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_PROTOCOL].contains(resultCode)
    }
}

// MARK: - Values in rows

extension Digest {
    var blob: Data { Data(bytes) }
}
#endif
