#if SQLite
internal import Foundation
internal import GRDB
internal import OAuth

/// Statements are prepared once a connection and kept.
extension Database {
    /// Carries out a change and returns the number of rows that it changed.
    @discardableResult
    func change(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: arguments)
        return changesCount
    }

    /// The first row that a statement returns.
    func row(_ sql: String, _ arguments: StatementArguments = []) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    /// The values in the first column of all rows that a statement returns.
    func values<Value: DatabaseValueConvertible>(_ sql: String, _ arguments: StatementArguments) throws -> [Value] {
        try Value.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }

    /// Carries out everything or nothing, and lets no other writer come between.
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
    /// What happened, in SQLite's words, without the statement.
    var plainReason: String {
        message ?? "\(resultCode)"
    }

    /// Whether the same may succeed later.
    var isPassing: Bool {
        [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_PROTOCOL].contains(resultCode)
    }
}

// MARK: - How values lie in a row

extension Digest {
    var blob: Data { Data(bytes) }
}

extension Duration {
    /// The time since the Unix epoch in nanoseconds, which reach to the year 2262; later instants become that.
    var nanoseconds: Int64 {
        let (product, isTooLarge) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isStillTooLarge) = product.addingReportingOverflow(components.attoseconds / 1_000_000_000)
        return isTooLarge || isStillTooLarge ? .max : sum
    }
}
#endif
