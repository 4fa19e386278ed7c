#if SQLite
internal import GRDB

/// The tables of the file, and the migration of files of earlier versions.
///
/// `PRAGMA application_id` says that a file is ours, `PRAGMA user_version` which version it has. Both change in the
/// same transaction as the tables.
enum Schema {
    /// "SAuS".
    private static let applicationID = 0x5341_7553

    /// The migration to each version from the one before; a published step never changes.
    private static let steps = [version1, version2]

    /// The version that this program reads and writes.
    static var version: Int { steps.count }

    /// The owner of a file.
    enum Owner {
        /// None: the file is empty.
        case nobody
        /// This program, with a version.
        case us(version: Int)
        /// Another program.
        case someoneElse
    }

    static func owner(_ db: Database) throws -> Owner {
        if try Int.fetchOne(db, sql: "PRAGMA application_id") == applicationID {
            return .us(version: try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0)
        }
        return try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0 ? .nobody : .someoneElse
    }

    /// Migrates an empty file, or one of ours, to this version.
    static func migrate(_ db: Database, from version: Int) throws {
        guard version < steps.count else { return }
        for step in steps.dropFirst(version) { try db.execute(sql: step) }
        try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(steps.count)")
    }

    /// The first version.
    ///
    /// Instants are nanoseconds since the Unix epoch. `totals` has one row of counts, which triggers maintain, because
    /// counting a million rows for each insertion is too slow. Spent codes and tokens leave the indices of expiries:
    /// they stay for as long as their grant.
    private static let version1 = """
        CREATE TABLE grants (
          number INTEGER PRIMARY KEY,
          id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
          client_id TEXT NOT NULL,
          subject TEXT NOT NULL,
          user_name TEXT,
          scope TEXT NOT NULL,
          audience TEXT NOT NULL,
          issuer TEXT NOT NULL,
          expires_at INTEGER NOT NULL,
          is_revoked INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX revoked_grants_by_expiry ON grants (expires_at) WHERE is_revoked;

        CREATE TABLE codes (
          digest BLOB PRIMARY KEY,
          grant_number INTEGER NOT NULL REFERENCES grants ON DELETE CASCADE,
          redirect_uri TEXT NOT NULL,
          challenge TEXT NOT NULL,
          expires_at INTEGER NOT NULL,
          is_spent INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX codes_by_grant ON codes (grant_number);
        CREATE INDEX codes_by_expiry ON codes (expires_at) WHERE NOT is_spent;

        CREATE TABLE access_tokens (
          digest BLOB PRIMARY KEY,
          grant_number INTEGER NOT NULL REFERENCES grants ON DELETE CASCADE,
          scope TEXT NOT NULL,
          issued_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX access_tokens_by_grant ON access_tokens (grant_number);
        CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

        CREATE TABLE refresh_tokens (
          digest BLOB PRIMARY KEY,
          grant_number INTEGER NOT NULL REFERENCES grants ON DELETE CASCADE,
          issued_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL,
          spent_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_number);
        CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at) WHERE spent_at IS NULL;

        CREATE TABLE totals (grants INTEGER NOT NULL, tokens INTEGER NOT NULL) STRICT;
        INSERT INTO totals VALUES (0, 0);
        CREATE TRIGGER grant_added AFTER INSERT ON grants
          BEGIN UPDATE totals SET grants = grants + 1; END;
        CREATE TRIGGER grant_removed AFTER DELETE ON grants
          BEGIN UPDATE totals SET grants = grants - 1; END;
        CREATE TRIGGER access_token_added AFTER INSERT ON access_tokens
          BEGIN UPDATE totals SET tokens = tokens + 1; END;
        CREATE TRIGGER access_token_removed AFTER DELETE ON access_tokens
          BEGIN UPDATE totals SET tokens = tokens - 1; END;
        CREATE TRIGGER refresh_token_added AFTER INSERT ON refresh_tokens
          BEGIN UPDATE totals SET tokens = tokens + 1; END;
        CREATE TRIGGER refresh_token_removed AFTER DELETE ON refresh_tokens
          BEGIN UPDATE totals SET tokens = tokens - 1; END;

        CREATE TABLE sessions (
          digest BLOB PRIMARY KEY,
          subject TEXT NOT NULL,
          client_id TEXT NOT NULL,
          version TEXT NOT NULL,
          expires_at INTEGER NOT NULL,
          ends_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessions_by_expiry ON sessions (expires_at);
        """

    /// The second version.
    ///
    /// Sessions are counted as grants and tokens are. The index of a grant's refresh tokens has only those that are not
    /// spent, however many are. `clocks` has a row for each server that has the file open: the instant before which it
    /// forgets expired records, and when it said so, in seconds of the machine's uptime.
    private static let version2 = """
        ALTER TABLE totals ADD COLUMN sessions INTEGER NOT NULL DEFAULT 0;
        UPDATE totals SET sessions = (SELECT count(*) FROM sessions);
        CREATE TRIGGER session_added AFTER INSERT ON sessions
          BEGIN UPDATE totals SET sessions = sessions + 1; END;
        CREATE TRIGGER session_removed AFTER DELETE ON sessions
          BEGIN UPDATE totals SET sessions = sessions - 1; END;

        DROP INDEX refresh_tokens_by_grant;
        CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_number, spent_at);

        CREATE TABLE clocks (
          instance TEXT PRIMARY KEY,
          forgets_before INTEGER NOT NULL,
          said_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
#endif
