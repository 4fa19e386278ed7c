public import MCP
import Testing

/// What every `SessionStore` has to do; each check wants a fresh store.
public enum SessionStoreConformance {
    /// A session for the checks.
    public static func session(_ number: UInt8, expiry: Instant) -> Session {
        Session(
            digest: Array(repeating: number, count: 32), subject: "alice", clientID: "app", version: .june2025,
            expiry: expiry)
    }

    /// A session comes back as it went in, until it is ended.
    public static func keepsUntilEnded(_ store: any SessionStore) async throws {
        let session = session(1, expiry: .seconds(100))
        try await store.insert(session)
        #expect(try await store.session(session.digest, at: .seconds(50), keptUntil: .seconds(100)) == session)
        #expect(try await store.session([2], at: .seconds(50), keptUntil: .seconds(100)) == nil)
        try await store.end(session.digest)
        try await store.end(session.digest)
        #expect(try await store.session(session.digest, at: .seconds(50), keptUntil: .seconds(100)) == nil)
    }

    /// Reading moves the expiry; at its expiry a session is gone.
    public static func readingMarksAsUsed(_ store: any SessionStore) async throws {
        let session = session(1, expiry: .seconds(100))
        try await store.insert(session)
        let used = try await store.session(session.digest, at: .seconds(99), keptUntil: .seconds(199))
        #expect(used?.expiry == .seconds(199))
        #expect(try await store.session(session.digest, at: .seconds(198), keptUntil: .seconds(200)) != nil)
        #expect(try await store.session(session.digest, at: .seconds(200), keptUntil: .seconds(300)) == nil)
        #expect(try await store.session(session.digest, at: .seconds(201), keptUntil: .seconds(300)) == nil)
    }

    /// Housekeeping takes the expired sessions and no other.
    public static func removesExpired(_ store: any SessionStore) async throws {
        for number in UInt8(1)...4 { try await store.insert(session(number, expiry: .seconds(Int(number)))) }
        try await store.removeExpired(before: .seconds(2))
        var left: [UInt8] = []
        for number in UInt8(1)...4 {
            let digest = session(number, expiry: .zero).digest
            if try await store.session(digest, at: .zero, keptUntil: .seconds(9)) != nil { left.append(number) }
        }
        #expect(left == [3, 4])
    }

    /// A session that has been ended stays ended, however many requests read it at the same time.
    public static func endingWins(_ store: any SessionStore) async throws {
        let session = session(1, expiry: .seconds(100))
        try await store.insert(session)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    if number == 32 { try await store.end(session.digest) }
                    _ = try await store.session(session.digest, at: .zero, keptUntil: .seconds(100))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.session(session.digest, at: .zero, keptUntil: .seconds(100)) == nil)
    }
}
