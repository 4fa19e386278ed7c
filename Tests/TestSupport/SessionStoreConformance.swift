public import MCPCore
public import Primitives
public import Testing

/// The contract of `SessionStore`; each case is a rule that is checked on an empty store.
///
/// `@Test(arguments: SessionStoreConformance.allCases)` checks a store against all of them.
public enum SessionStoreConformance: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case keepsUntilEnded = "A session is read as it was inserted, until it is ended"
    case readingMarksAsUsed = "Reading extends the expiry, and a session is unknown from its expiry on"
    case neverShortens = "Reading by a slow clock does not shorten a session"
    case endsAtItsEnd = "Reading never extends the expiry beyond the end"
    case removesExpired = "Housekeeping removes expired sessions and no others"
    case endingWins = "A session that has been ended stays ended, however many requests read it at the same time"

    /// The rule as a sentence.
    public var testDescription: String { rawValue }

    /// An instant far in the future, for stores that also use a clock of their own.
    public static func second(_ number: Int) -> Instant { .seconds(4_000_000_000 + number) }

    /// A session for the checks, which ends with second 1000 at the latest.
    public static func session(_ number: Int, expiry: Instant = second(100)) -> Session {
        Session(
            digest: (0..<32).map { UInt8(truncatingIfNeeded: number >> ($0 % 4 * 8)) }, subject: "alice",
            clientID: "app", version: .june2025, expiry: expiry, end: second(1000))
    }

    /// Checks this rule on an empty store.
    public func check(_ store: any SessionStore) async throws {
        switch self {
        case .keepsUntilEnded: try await keepsUntilEnded(store)
        case .readingMarksAsUsed: try await readingMarksAsUsed(store)
        case .neverShortens: try await neverShortens(store)
        case .endsAtItsEnd: try await endsAtItsEnd(store)
        case .removesExpired: try await removesExpired(store)
        case .endingWins: try await endingWins(store)
        }
    }

    private func keepsUntilEnded(_ store: any SessionStore) async throws {
        let session = Self.session(1)
        let unknown = Self.session(2).digest
        try await store.insert(session)
        #expect(try await store.session(session.digest, at: Self.second(50), keptUntil: Self.second(100)) == session)
        #expect(try await store.session(unknown, at: Self.second(50), keptUntil: Self.second(100)) == nil)
        try await store.end(session.digest)
        try await store.end(session.digest)
        #expect(try await store.session(session.digest, at: Self.second(50), keptUntil: Self.second(100)) == nil)
    }

    private func readingMarksAsUsed(_ store: any SessionStore) async throws {
        let session = Self.session(1)
        try await store.insert(session)
        let used = try await store.session(session.digest, at: Self.second(99), keptUntil: Self.second(199))
        #expect(used?.expiry == Self.second(199))
        #expect(try await store.session(session.digest, at: Self.second(198), keptUntil: Self.second(200)) != nil)
        #expect(try await store.session(session.digest, at: Self.second(200), keptUntil: Self.second(300)) == nil)
        #expect(try await store.session(session.digest, at: Self.second(201), keptUntil: Self.second(300)) == nil)
    }

    private func neverShortens(_ store: any SessionStore) async throws {
        let session = Self.session(1)
        try await store.insert(session)
        #expect(try await store.session(session.digest, at: Self.second(-50), keptUntil: Self.second(9)) == session)
        #expect(try await store.session(session.digest, at: Self.second(99), keptUntil: Self.second(100)) == session)
    }

    private func endsAtItsEnd(_ store: any SessionStore) async throws {
        let session = Self.session(1)
        try await store.insert(session)
        let used = try await store.session(session.digest, at: Self.second(99), keptUntil: Self.second(1001))
        #expect(used?.expiry == Self.second(1000))
        #expect(try await store.session(session.digest, at: Self.second(999), keptUntil: Self.second(2000)) != nil)
        #expect(try await store.session(session.digest, at: Self.second(1000), keptUntil: Self.second(2000)) == nil)
    }

    private func removesExpired(_ store: any SessionStore) async throws {
        for number in 1...4 { try await store.insert(Self.session(number, expiry: Self.second(number))) }
        try await store.removeExpired(before: Self.second(2))
        var left: [Int] = []
        for number in 1...4 {
            let digest = Self.session(number).digest
            if try await store.session(digest, at: Self.second(0), keptUntil: Self.second(9)) != nil {
                left.append(number)
            }
        }
        #expect(left == [3, 4])
    }

    private func endingWins(_ store: any SessionStore) async throws {
        let session = Self.session(1)
        try await store.insert(session)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<64 {
                group.addTask {
                    if number == 32 { try await store.end(session.digest) }
                    _ = try await store.session(session.digest, at: Self.second(0), keptUntil: Self.second(100))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.session(session.digest, at: Self.second(0), keptUntil: Self.second(100)) == nil)
    }
}
