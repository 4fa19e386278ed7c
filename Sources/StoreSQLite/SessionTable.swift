#if SQLite
internal import Foundation
internal import GRDB
internal import MCPCore
internal import Primitives

/// The table of sessions.
extension Database {
    func insert(_ session: Session, capacity: Int) throws {
        while try row("SELECT 1 FROM totals WHERE sessions > 0 AND sessions >= ?", [capacity]) != nil {
            try change("DELETE FROM sessions WHERE digest = (SELECT digest FROM sessions ORDER BY expires_at LIMIT 1)")
        }
        try change(
            "INSERT INTO sessions (digest, subject, client_id, version, expires_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                Data(session.digest), session.subject, session.clientID, session.version.rawValue,
                session.expiry.nanoseconds, session.end.nanoseconds,
            ])
    }

    /// Finds a session and extends its expiry in one statement; never shortens it (see `SessionStore`).
    ///
    /// A session of a revision that this program does not support counts as unknown.
    func use(session digest: [UInt8], at now: Duration, keptUntil expiry: Duration) throws -> Session? {
        let row = try row(
            """
            UPDATE sessions SET expires_at = max(expires_at, min(?, ends_at)) WHERE digest = ? AND expires_at > ?
            RETURNING subject, client_id, version, expires_at, ends_at
            """, [expiry.nanoseconds, Data(digest), now.nanoseconds])
        guard let row, let version = ProtocolVersion(rawValue: row[2]) else { return nil }
        return Session(
            digest: digest, subject: row[0], clientID: row[1], version: version, expiry: .nanoseconds(row[3]),
            end: .nanoseconds(row[4]))
    }

    func end(session digest: [UInt8]) throws {
        try change("DELETE FROM sessions WHERE digest = ?", [Data(digest)])
    }

    /// Removes some expired sessions, and returns whether there may be more.
    func removeExpiredSessions(before instant: Duration, atMost count: Int) throws -> Bool {
        try change(
            "DELETE FROM sessions WHERE digest IN (SELECT digest FROM sessions WHERE expires_at <= ? LIMIT ?)",
            [instant.nanoseconds, count]) == count
    }
}
#endif
