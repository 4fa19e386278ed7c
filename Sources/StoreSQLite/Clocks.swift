#if SQLite
internal import Foundation
internal import GRDB

/// The clocks of the servers that have the file open.
///
/// They may differ: each server's clock can be moved for debugging, and a system's clock may be wrong for a while. What
/// has expired by one clock may be good by another, so it is removed once it has expired by all of them. Each server
/// judges by its own clock whether it accepts what is still there.
struct Clocks {
    /// The name of this server among them.
    private let instance = UUID().uuidString

    /// How long a server counts that says nothing more, in seconds: a few rounds of housekeeping.
    private static let patience: Int64 = 60

    /// Says before which instant this server forgets what has expired, and returns the instant before which all do.
    func agree(on instant: Duration, _ db: Database) throws -> Duration {
        // Not the time of day, which may jump; a later uptime is of before the machine was started again.
        let uptime = Int64(ProcessInfo.processInfo.systemUptime)
        try db.change(
            """
            INSERT INTO clocks VALUES (?, ?, ?) ON CONFLICT DO UPDATE
              SET forgets_before = excluded.forgets_before, said_at = excluded.said_at
            """, [instance, instant.nanoseconds, uptime])
        try db.change("DELETE FROM clocks WHERE said_at NOT BETWEEN ? AND ?", [uptime - Self.patience, uptime])
        let earliest: Int64? = try db.row("SELECT min(forgets_before) FROM clocks")?[0]
        return earliest.map { .nanoseconds($0) } ?? instant
    }

    /// Counts this server in before its first housekeeping, by the time of day.
    func enter(_ db: Database) throws {
        _ = try agree(on: .seconds(Int64(Date().timeIntervalSince1970)), db)
    }

    /// Counts this server no more.
    func leave(_ db: Database) throws {
        try db.change("DELETE FROM clocks WHERE instance = ?", [instance])
    }
}
#endif
