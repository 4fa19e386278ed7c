#if SQLite
import Foundation
import GRDB
import MCPCore
import OAuthServer
import Synchronization
import Testing
import TestSupport

@testable import StoreSQLite

@Suite("The writes of the SQLite store")
struct WriteTests {
    private let folder: TemporaryFolder
    private var file: String { folder.path + "/grants.sqlite" }
    private let sample = SampleGrant("a")

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("Issuing and ending are on disk before they return; use and expiry may be lost in a power cut")
    func durability() async throws {
        let statements = Mutex<[String]>([])
        let store = try SQLiteStore(path: file) { db in
            db.trace { event in statements.withLock { $0.append("\(event)") } }
        }
        let (session, now) = (SessionStoreConformance.session(1), SessionStoreConformance.second(1))
        let durable: [(String, () async throws -> Void)] = [
            ("a code", { try await store.insert(sample.code) }),
            ("its exchange", { _ = try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) }),
            (
                "a rotation",
                { _ = try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) }
            ),
            ("tokens", { _ = try await store.insert(sample.tokens(3)) }),
            ("a revoked token", { try await store.revoke(accessToken: sample.access(3).digest) }),
            ("a revoked grant", { try await store.revoke(sample.grant.id) }),
            ("a session", { try await store.insert(session) }),
            ("its end", { try await store.end(session.digest) }),
        ]
        let passing: [(String, () async throws -> Void)] = [
            ("use", { _ = try await store.session(session.digest, at: now, keptUntil: now) }),
            ("expiry", { try await store.removeExpired(before: now) }),
        ]
        // In both orders: the setting of one operation must not leak into the next.
        for operations in [durable, passing + durable, durable + passing] {
            for (name, operation) in operations {
                statements.withLock { $0 = [] }
                try await operation()
                let level = passing.contains { $0.0 == name } ? "NORMAL" : "FULL"
                let levels = Self.levels(statements.withLock(\.self))
                #expect(!levels.isEmpty)
                #expect(levels.allSatisfy { $0 == level }, "\(name): \(levels)")
            }
        }
        await store.close()
    }

    /// The value of `PRAGMA synchronous` at each commit, set outside of a transaction.
    private static func levels(_ statements: [String]) -> [String] {
        var (level, isInside, levels) = ("unknown", false, [String]())
        for statement in statements {
            if statement.hasPrefix("BEGIN IMMEDIATE") { isInside = true }
            if let match = statement.wholeMatch(of: /PRAGMA synchronous = (\w+);?/), !isInside {
                level = String(match.1)
            }
            if statement.hasPrefix("COMMIT") {
                levels.append(level)
                isInside = false
            }
        }
        return levels
    }

    @Test("A change that timed out in the queue is dropped, and changes nothing later")
    func queued() async throws {
        let store = try SQLiteStore(path: file, timeout: .milliseconds(300))
        for number in 0..<20 { _ = try await store.insert(SampleGrant("\(number)").tokens(1)) }
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: file, configuration: configuration)
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            for number in 0..<20 {
                group.addTask {
                    let sample = SampleGrant("\(number)")
                    do {
                        _ = try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2))
                        return true
                    } catch {
                        #expect(error is StoreUnavailable)
                        return false
                    }
                }
            }
            var outcomes = [try await group.next()]
            // The first has given up, and the others have waited as long; now the file is free.
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            for try await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes.count == 20)
        #expect(outcomes.allSatisfy { $0 == false })
        try other.close()
        for number in 0..<20 {
            let sample = SampleGrant("\(number)")
            #expect(try await store.accessToken(sample.access(2).digest) == nil)
            #expect(try await store.rotate(refreshToken: sample.refresh(1).digest, for: sample.tokens(2)) == .done)
        }
        await store.close()
    }

    @Test("A file of the first version is migrated without loss")
    func migration() async throws {
        let store = try SQLiteStore(path: file, sessions: 2)
        try await store.insert(sample.code)
        #expect(try await store.exchange(code: sample.code.digest, for: sample.tokens(1)) == .done)
        for number in [1, 2] { try await store.insert(SessionStoreConformance.session(number)) }
        await store.close()
        let queue = try DatabaseQueue(path: file)
        try await queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    DROP TABLE clocks; DROP TRIGGER session_added; DROP TRIGGER session_removed;
                    ALTER TABLE totals DROP COLUMN sessions; DROP INDEX refresh_tokens_by_grant;
                    CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_number);
                    PRAGMA user_version = 1
                    """)
        }
        try queue.close()

        let again = try SQLiteStore(path: file, sessions: 2)
        #expect(try await again.refreshToken(sample.refresh(1).digest) == sample.refresh(1))
        let replay = try await again.exchange(code: sample.code.digest, for: sample.tokens(2))
        #expect(replay == .replayed(sample.grant.id))
        try await again.insert(SessionStoreConformance.session(3))
        let now = SessionStoreConformance.second(1)
        for (number, isKept) in [(1, false), (2, true), (3, true)] {
            let digest = SessionStoreConformance.session(number).digest
            #expect((try await again.session(digest, at: now, keptUntil: now) != nil) == isKept)
        }
        try await again.removeExpired(before: now)
        await again.close()
    }
}
#endif
