#if SQLite
internal import Foundation
internal import GRDB
internal import OAuth
internal import OAuthServer

/// Reads codes and tokens, each with its grant.
extension Database {
    func code(_ digest: Digest) throws -> CodeRecord? {
        let row = try row(
            """
            SELECT \(GrantRecord.columns), redirect_uri, challenge, codes.expires_at, is_spent
            FROM codes JOIN grants ON number = grant_number WHERE digest = ?
            """, [digest.blob])
        guard let row, let challenge = CodeChallenge(row[9]) else { return nil }
        return CodeRecord(
            digest: digest, grant: GrantRecord(row), redirectURI: row[8], challenge: challenge,
            expiresAt: .nanoseconds(row[10]), isSpent: row[11])
    }

    func accessToken(_ digest: Digest) throws -> AccessTokenRecord? {
        try row(
            """
            SELECT \(GrantRecord.columns), access_tokens.scope, issued_at, access_tokens.expires_at
            FROM access_tokens JOIN grants ON number = grant_number WHERE digest = ?
            """, [digest.blob]
        ).map { row in
            AccessTokenRecord(
                digest: digest, grant: GrantRecord(row), scope: Scope(stored: row[8]), issuedAt: .nanoseconds(row[9]),
                expiresAt: .nanoseconds(row[10]))
        }
    }

    func refreshToken(_ digest: Digest) throws -> RefreshTokenRecord? {
        try row(
            """
            SELECT \(GrantRecord.columns), issued_at, refresh_tokens.expires_at, spent_at
            FROM refresh_tokens JOIN grants ON number = grant_number WHERE digest = ?
            """, [digest.blob]
        ).map { row in
            RefreshTokenRecord(
                digest: digest, grant: GrantRecord(row), issuedAt: .nanoseconds(row[8]),
                expiresAt: .nanoseconds(row[9]), spentAt: (row[10] as Int64?).map { .nanoseconds($0) })
        }
    }
}

extension GrantRecord {
    /// The columns of the grant at the start of each row.
    fileprivate static let columns = """
        grants.id, grants.client_id, grants.subject, grants.user_name, grants.scope, grants.audience, grants.issuer, \
        grants.expires_at
        """

    fileprivate convenience init(_ row: Row) {
        self.init(
            id: GrantID(row[0]), clientID: row[1], subject: row[2], userName: row[3], scope: Scope(stored: row[4]),
            audience: row[5], issuer: row[6], expiresAt: .nanoseconds(row[7]))
    }
}

extension GrantID {
    /// The 16 bytes, in big-endian order.
    var blob: Data { withUnsafeBytes(of: rawValue.bigEndian) { Data($0) } }

    init(_ blob: Data) {
        self.init(from: { Array(blob.prefix($0)) })
    }
}

extension Scope {
    fileprivate init(stored text: String) {
        self.init(text.split(separator: " ").map(String.init))
    }
}
#endif
