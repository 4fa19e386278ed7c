#if SQLite
internal import Foundation
internal import GRDB
internal import Primitives

/// The clocks of the servers that have the file open.
///
/// They may differ: debugging can move each server's clock, and a system's clock may be wrong for a while. A record is
/// deleted once it has expired by all of these clocks. Each server decides by its own clock whether it accepts a
/// record.
struct Clocks {
    /// The name of this server among them.
    private let instance = UUID().uuidString

    /// The seconds after which a silent server no longer counts: a few rounds of housekeeping.
    private static let timeout: Int64 = 60

    /// Records the instant before which this server forgets expired records, and returns the earliest one of all
    /// servers.
    func agree(on instant: Duration, _ db: Database) throws -> Duration {
        // Uptime, because the time of day may jump; a later uptime is from before a restart of the machine.
        let uptime = Int64(ProcessInfo.processInfo.systemUptime)
        try db.change(
            """
            INSERT INTO clocks VALUES (?, ?, ?) ON CONFLICT DO UPDATE
              SET forgets_before = excluded.forgets_before, said_at = excluded.said_at
            """, [instance, instant.nanoseconds, uptime])
        try db.change("DELETE FROM clocks WHERE said_at NOT BETWEEN ? AND ?", [uptime - Self.timeout, uptime])
        let earliest: Int64? = try db.row("SELECT min(forgets_before) FROM clocks")?[0]
        return earliest.map { .nanoseconds($0) } ?? instant
    }

    /// Adds this server before its first housekeeping, with the time of day.
    func enter(_ db: Database) throws {
        _ = try agree(on: .seconds(Int64(Date().timeIntervalSince1970)), db)
    }

    /// Removes this server.
    func leave(_ db: Database) throws {
        try db.change("DELETE FROM clocks WHERE instance = ?", [instance])
    }
}
#endif
