#if SQLite
internal import Foundation
internal import GRDB
internal import OAuth
internal import OAuthServer
internal import Primitives

/// The debug operations that end codes, tokens, grants and sessions early.
extension Database {
    func expire(_ tokens: TokenSelection, _ kinds: Set<TokenKind>, at instant: Duration) throws -> Int {
        var count = 0
        for kind in kinds {
            let (table, unspent) =
                switch kind {
                case .access: ("access_tokens", "")
                case .refresh: ("refresh_tokens", "AND spent_at IS NULL")
                case .code: ("codes", "AND NOT is_spent")
                }
            let update = "UPDATE \(table) SET expires_at = ?1 WHERE expires_at > ?1 \(unspent)"
            let time = instant.nanoseconds
            switch tokens {
            case .one(let digest): count += try change("\(update) AND digest = ?2", [time, digest.blob])
            case .subject(let subject):
                count += try change(
                    "\(update) AND grant_number IN (SELECT number FROM grants WHERE subject = ?2)", [time, subject])
            case .all: count += try change(update, [time])
            }
        }
        return count
    }

    func revoke(allOf subject: String?) throws -> Int {
        let count = try change(
            "UPDATE grants SET is_revoked = 1 WHERE NOT is_revoked AND (?1 IS NULL OR subject = ?1)", [subject])
        for table in ["codes", "access_tokens", "refresh_tokens"] {
            try change("DELETE FROM \(table) WHERE grant_number IN (SELECT number FROM grants WHERE is_revoked)")
        }
        return count
    }

    func end(allOf subject: String?, at now: Duration) throws -> [[UInt8]] {
        let live: [Data] = try values(
            "SELECT digest FROM sessions WHERE expires_at > ?2 AND (?1 IS NULL OR subject = ?1)",
            [subject, now.nanoseconds])
        try change("DELETE FROM sessions WHERE ?1 IS NULL OR subject = ?1", [subject])
        return live.map { Array($0) }
    }
}
#endif
