#if Redis
internal import MCPCore
internal import OAuth
internal import OAuthServer
internal import Primitives

/// The values of the records as JSON, so that they can be read with `redis-cli`.
///
/// Instants are whole nanoseconds since the Unix epoch, the resolution of the system's clock.
struct Record {
    private let members: JSONObject

    init(_ members: JSONObject) {
        self.members = members
    }

    /// Reads a record.
    init(_ value: RESPValue) throws {
        guard let bytes = value.bytes, case .object(let members) = try? JSONParser.parse(bytes) else {
            throw Self.unreadable
        }
        self.members = members
    }

    /// The JSON text.
    var text: String { String(decoding: JSONWriter.bytes(of: members), as: UTF8.self) }

    func text(_ name: String) throws -> String {
        guard let text = members[name]?.string else { throw Self.unreadable }
        return text
    }

    func scope(_ name: String = "scope") throws -> Scope {
        Scope(try text(name).split(separator: " ").map(String.init))
    }

    func instant(_ name: String) throws -> Instant {
        guard let nanoseconds = members[name]?.number?.intValue else { throw Self.unreadable }
        return .nanoseconds(nanoseconds)
    }

    /// The expiry, which debugging may have moved to an earlier time.
    func expiry(_ endedAt: Instant?) throws -> Instant {
        let expiry = try instant("expires_at")
        return endedAt.map { min($0, expiry) } ?? expiry
    }

    /// An instant that is stored beside a record, where scripts can compare it.
    static func instant(_ value: RESPValue) throws -> Instant {
        guard let nanoseconds = value.text.flatMap({ Int($0) }) else { throw Self.unreadable }
        return .nanoseconds(nanoseconds)
    }

    func textIfThere(_ name: String) -> String? { members[name]?.string }

    /// The error for a value that was not written by a compatible server; nothing of it is used.
    static let unreadable = StoreUnavailable(
        reason: "Redis holds something under a key of ours that is no record of ours.")
}

extension Instant {
    fileprivate var json: JSONValue { JSONValue(Int(nanoseconds)) }
}

extension GrantRecord {
    var record: Record {
        var members: JSONObject = [
            "client_id": .string(clientID), "subject": .string(subject), "scope": .string(scope.description),
            "audience": .string(audience), "issuer": .string(issuer), "expires_at": expiresAt.json,
        ]
        members["user_name"] = userName.map(JSONValue.string)
        return Record(members)
    }

    convenience init(_ record: Record, id: GrantID) throws {
        self.init(
            id: id, clientID: try record.text("client_id"), subject: try record.text("subject"),
            userName: record.textIfThere("user_name"), scope: try record.scope(), audience: try record.text("audience"),
            issuer: try record.text("issuer"), expiresAt: try record.instant("expires_at"))
    }
}

extension CodeRecord {
    var record: Record {
        Record([
            "redirect_uri": .string(redirectURI), "code_challenge": .string(challenge.value),
            "expires_at": expiresAt.json,
        ])
    }

    init(_ record: Record, digest: Digest, grant: GrantRecord, endedAt: Instant?, isSpent: Bool) throws {
        guard let challenge = CodeChallenge(try record.text("code_challenge")) else { throw Record.unreadable }
        self.init(
            digest: digest, grant: grant, redirectURI: try record.text("redirect_uri"), challenge: challenge,
            expiresAt: try record.expiry(endedAt), isSpent: isSpent)
    }
}

extension AccessTokenRecord {
    var record: Record {
        Record(["scope": .string(scope.description), "issued_at": issuedAt.json, "expires_at": expiresAt.json])
    }

    init(_ record: Record, digest: Digest, grant: GrantRecord, endedAt: Instant?) throws {
        self.init(
            digest: digest, grant: grant, scope: try record.scope(), issuedAt: try record.instant("issued_at"),
            expiresAt: try record.expiry(endedAt))
    }
}

extension RefreshTokenRecord {
    var record: Record {
        Record(["issued_at": issuedAt.json, "expires_at": expiresAt.json])
    }

    init(_ record: Record, digest: Digest, grant: GrantRecord, endedAt: Instant?, spentAt: Instant?) throws {
        self.init(
            digest: digest, grant: grant, issuedAt: try record.instant("issued_at"),
            expiresAt: try record.expiry(endedAt), spentAt: spentAt)
    }
}

extension Session {
    var record: Record {
        Record(["subject": .string(subject), "client_id": .string(clientID), "version": .string(version.rawValue)])
    }

    init(_ record: Record, digest: [UInt8], expiry: Instant, end: Instant) throws {
        guard let version = ProtocolVersion(rawValue: try record.text("version")) else { throw Record.unreadable }
        self.init(
            digest: digest, subject: try record.text("subject"), clientID: try record.text("client_id"),
            version: version, expiry: expiry, end: end)
    }
}
#endif
