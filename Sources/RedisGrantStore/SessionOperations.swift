#if Redis
public import MCP

extension RedisStore: SessionStore {
    /// See `SessionStore.insert`.
    public func insert(_ session: Session) async throws {
        let key = keys.session(session.digest)
        let lifetime = lifetime(until: session.expiry, atMost: Self.longestSession)
        _ = try await run(
            .insertSession, keys: [key], [session.record.text, String(session.expiry.nanoseconds), lifetime])
    }

    /// See `SessionStore.session`.
    public func session(_ digest: [UInt8], at now: Duration, keptUntil expiry: Duration) async throws -> Session? {
        let lifetime = lifetime(until: expiry, atMost: Self.longestSession)
        let found = try await run(
            .useSession, keys: [keys.session(digest)],
            [String(max(now, horizon).nanoseconds), String(expiry.nanoseconds), lifetime])
        guard let record = found.bytes else { return nil }
        return try Self.reading { () throws(Record.Unreadable) in
            try Session(Record(record), digest: digest, expiry: expiry)
        }
    }

    /// See `SessionStore.end`.
    public func end(_ digest: [UInt8]) async throws {
        _ = try await client.send(.plain(["DEL", keys.session(digest)]))
    }
}
#endif
