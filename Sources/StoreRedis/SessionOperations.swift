#if Redis
public import MCPCore
internal import Primitives

extension RedisStore: SessionStore {
    /// See `SessionStore.insert`.
    public func insert(_ session: Session) async throws {
        _ = try await run(
            .insertSession, keys: [keys.session(session.digest)],
            [
                session.record.text, String(session.expiry.nanoseconds), String(session.end.nanoseconds),
                lifetime(until: session.expiry),
            ])
    }

    /// See `SessionStore.session`.
    public func session(_ digest: [UInt8], at now: Duration, keptUntil expiry: Duration) async throws -> Session? {
        let found = try await run(
            .useSession, keys: [keys.session(digest)],
            [String(max(now, horizon).nanoseconds), String(expiry.nanoseconds), lifetime(until: expiry)])
        guard let values = found.array else { return nil }
        guard values.count == 3 else { throw Record.unreadable }
        return try Session(
            Record(values[0]), digest: digest, expiry: Record.instant(values[1]), end: Record.instant(values[2]))
    }

    /// See `SessionStore.end`.
    public func end(_ digest: [UInt8]) async throws {
        _ = try await client.send(.plain(["DEL", keys.session(digest)]))
    }
}
#endif
