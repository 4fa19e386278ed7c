#if SQLite
internal import Foundation
internal import GRDB
internal import OAuth
internal import OAuthServer
internal import Primitives

/// The maximum numbers of grants and tokens.
struct Capacity {
    let grants: Int
    let tokens: Int
}

/// The operations on the tables of grants, codes and tokens; each runs inside a transaction.
extension Database {
    func insert(_ code: CodeRecord, within capacity: Capacity) throws {
        guard let grant = try number(of: code.grant) else { return }
        try change(
            "INSERT INTO codes (digest, grant_number, redirect_uri, challenge, expires_at) VALUES (?, ?, ?, ?, ?)",
            [code.digest.blob, grant, code.redirectURI, code.challenge.value, code.expiresAt.nanoseconds])
        try evict(beyond: capacity)
    }

    func insert(_ tokens: IssuedTokens, within capacity: Capacity) throws -> InsertOutcome {
        guard let grant = try number(of: tokens.grant) else { return .unknown }
        return try add(tokens, to: grant, within: capacity) ? .done : .unknown
    }

    func exchange(code: Digest, for tokens: IssuedTokens, within capacity: Capacity) throws -> SpendOutcome {
        try spend(
            "UPDATE codes SET is_spent = 1 WHERE digest = ? AND NOT is_spent RETURNING grant_number", [code.blob],
            "SELECT id FROM codes JOIN grants ON number = grant_number WHERE digest = ?", code, for: tokens, capacity)
    }

    func rotate(refreshToken: Digest, for tokens: IssuedTokens, within capacity: Capacity) throws -> SpendOutcome {
        try spend(
            "UPDATE refresh_tokens SET spent_at = ?2 WHERE digest = ?1 AND spent_at IS NULL RETURNING grant_number",
            [refreshToken.blob, tokens.accessToken.issuedAt.nanoseconds],
            "SELECT id FROM refresh_tokens JOIN grants ON number = grant_number WHERE digest = ?", refreshToken,
            for: tokens, capacity)
    }

    /// Spends a code or token, or finds the grant of one that was spent before.
    private func spend(
        _ update: String, _ values: StatementArguments, _ find: String, _ digest: Digest, for tokens: IssuedTokens,
        _ capacity: Capacity
    ) throws -> SpendOutcome {
        guard let grant = try row(update, values) else {
            return try row(find, [digest.blob]).map { .replayed(GrantID($0[0])) } ?? .unknown
        }
        return try add(tokens, to: grant[0], within: capacity) ? .done : .unknown
    }

    /// The row of a grant, inserted if it is new; nil when the grant was revoked.
    private func number(of grant: GrantRecord) throws -> Int64? {
        if let row = try row("SELECT number, is_revoked FROM grants WHERE id = ?", [grant.id.blob]) {
            return row[1] ? nil : row[0]
        }
        try change(
            """
            INSERT INTO grants (id, client_id, subject, user_name, scope, audience, issuer, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                grant.id.blob, grant.clientID, grant.subject, grant.userName, grant.scope.description, grant.audience,
                grant.issuer, grant.expiresAt.nanoseconds,
            ])
        return lastInsertedRowID
    }

    /// Adds tokens; returns false when the capacity evicted the grant itself.
    private func add(_ tokens: IssuedTokens, to grant: Int64, within capacity: Capacity) throws -> Bool {
        let access = tokens.accessToken
        try change(
            "INSERT INTO access_tokens (digest, grant_number, scope, issued_at, expires_at) VALUES (?, ?, ?, ?, ?)",
            [
                access.digest.blob, grant, access.scope.description, access.issuedAt.nanoseconds,
                access.expiresAt.nanoseconds,
            ])
        if let refresh = tokens.refreshToken {
            try change(
                "INSERT INTO refresh_tokens (digest, grant_number, issued_at, expires_at) VALUES (?, ?, ?, ?)",
                [refresh.digest.blob, grant, refresh.issuedAt.nanoseconds, refresh.expiresAt.nanoseconds])
        }
        return try !evict(beyond: capacity).contains(grant)
    }

    // MARK: Removing

    /// Marks the grant as revoked and keeps it, so that tokens being issued meanwhile are refused.
    func revoke(_ grant: GrantID) throws {
        let marked = try row(
            "UPDATE grants SET is_revoked = 1 WHERE id = ? AND NOT is_revoked RETURNING number", [grant.blob])
        guard let number: Int64 = marked?[0] else { return }
        for table in ["codes", "access_tokens", "refresh_tokens"] {
            try change("DELETE FROM \(table) WHERE grant_number = ?", [number])
        }
    }

    func revoke(accessToken digest: Digest) throws {
        let grant = try row("DELETE FROM access_tokens WHERE digest = ? RETURNING grant_number", [digest.blob])
        if let grant { try removeIfEmpty(grant[0]) }
    }

    /// Removes some expired codes and tokens, and returns whether there may be more.
    func removeExpiredGrants(before instant: Duration, atMost count: Int) throws -> Bool {
        let expired: StatementArguments = [instant.nanoseconds, count]
        let touched: [[Int64]] = try [
            """
            DELETE FROM codes WHERE digest IN (
              SELECT digest FROM codes WHERE expires_at < ? AND NOT is_spent LIMIT ?) RETURNING grant_number
            """,
            """
            DELETE FROM access_tokens WHERE digest IN (
              SELECT digest FROM access_tokens WHERE expires_at < ? LIMIT ?) RETURNING grant_number
            """,
            """
            DELETE FROM refresh_tokens WHERE digest IN (
              SELECT digest FROM refresh_tokens WHERE expires_at < ? AND spent_at IS NULL LIMIT ?)
            RETURNING grant_number
            """,
        ].map { try values($0, expired) }
        for grant in Set(touched.joined()) { try removeIfEmpty(grant) }
        let ended = try change(
            """
            DELETE FROM grants WHERE number IN (
              SELECT number FROM grants WHERE is_revoked AND expires_at < ? LIMIT ?)
            """, expired)
        return touched.contains { $0.count == count } || ended == count
    }

    /// Removes a grant without usable codes or tokens, together with its spent ones.
    private func removeIfEmpty(_ grant: Int64) throws {
        try change(
            """
            DELETE FROM grants WHERE number = ?1 AND NOT is_revoked
              AND NOT EXISTS (SELECT 1 FROM codes WHERE grant_number = ?1 AND NOT is_spent)
              AND NOT EXISTS (SELECT 1 FROM access_tokens WHERE grant_number = ?1)
              AND NOT EXISTS (SELECT 1 FROM refresh_tokens WHERE grant_number = ?1 AND spent_at IS NULL)
            """, [grant])
    }

    /// Evicts the oldest grants with everything in them, and returns their numbers.
    @discardableResult
    private func evict(beyond capacity: Capacity) throws -> Set<Int64> {
        var evicted: Set<Int64> = []
        while try row("SELECT 1 FROM totals WHERE grants > ? OR tokens > ?", [capacity.grants, capacity.tokens]) != nil,
            let oldest = try row("DELETE FROM grants WHERE number = (SELECT min(number) FROM grants) RETURNING number")
        {
            evicted.insert(oldest[0])
        }
        return evicted
    }
}
#endif
