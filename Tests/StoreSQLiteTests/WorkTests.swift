#if SQLite
import GRDB
import GRDBSQLite
import MCPCore
import OAuthServer
import Synchronization
import Testing
import TestSupport

@testable import StoreSQLite

@Suite("The cost of SQLite operations")
struct WorkTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Counts the instructions of SQLite's virtual machine.
    private final class Steps: Sendable {
        private let count = Atomic(0)

        func watch(_ db: Database) {
            sqlite3_progress_handler(
                db.sqliteConnection, 1,
                { context in
                    guard let context else { return 0 }
                    Unmanaged<Steps>.fromOpaque(context).takeUnretainedValue().count.add(1, ordering: .relaxed)
                    return 0
                }, Unmanaged.passUnretained(self).toOpaque())
        }

        func taken(by operation: () async throws -> Void) async throws -> Int {
            let before = count.load(ordering: .relaxed)
            try await operation()
            return count.load(ordering: .relaxed) - before
        }
    }

    /// The steps of each operation on a store with this number of grants, and as many spent tokens of one grant.
    private func steps(_ count: Int) async throws -> [String: Int] {
        let steps = Steps()
        let store = try SQLiteStore(path: folder.path + "/\(count)", sessions: count) { steps.watch($0) }
        let (busy, brief, other) = (SampleGrant("busy"), SampleGrant("brief"), SampleGrant("other"))
        for number in 0..<count {
            _ = try await store.insert(SampleGrant("\(number)").tokens(100, withRefreshToken: number % 2 == 0))
            try await store.insert(session(number))
            let next = busy.tokens(number + 10)
            if number == 0 {
                _ = try await store.insert(next)
            } else {
                _ = try await store.rotate(refreshToken: busy.refresh(number + 9).digest, for: next)
            }
        }
        let last = count + 9
        // The only access tokens of this grant; the rest has to be found among all that is spent.
        for number in 10...last { try await store.revoke(accessToken: busy.access(number).digest) }
        _ = try await store.insert(busy.tokens(5, withRefreshToken: false))
        _ = try await store.insert(busy.tokens(1, withRefreshToken: false))

        var taken: [String: Int] = [:]
        taken["code"] = try await steps.taken { try await store.insert(other.code) }
        taken["exchange"] = try await steps.taken {
            let outcome = try await store.exchange(code: other.code.digest, for: other.tokens(20))
            #expect(outcome == .done)
        }
        taken["rotate"] = try await steps.taken {
            let next = try await store.rotate(refreshToken: busy.refresh(last).digest, for: busy.tokens(last + 9999))
            #expect(next == .done)
        }
        taken["tokens"] = try await steps.taken { _ = try await store.insert(brief.tokens(2)) }
        taken["revoke the last access token of many"] = try await steps.taken {
            try await store.revoke(accessToken: busy.access(5).digest)
        }
        taken["revoke one of two"] = try await steps.taken {
            try await store.revoke(accessToken: brief.access(2).digest)
        }
        taken["expire one"] = try await steps.taken {
            try await store.removeExpired(before: busy.access(2).expiresAt)
        }
        #expect(try await store.accessToken(busy.access(1).digest) == nil)
        taken["expire none"] = try await steps.taken {
            try await store.removeExpired(before: busy.access(2).expiresAt)
        }
        taken["revoke a grant"] = try await steps.taken { try await store.revoke(brief.grant.id) }
        taken["session"] = try await steps.taken {
            try await store.insert(session(count))
        }
        taken["use"] = try await steps.taken {
            let (digest, now) = (session(count).digest, SessionStoreConformance.second(1))
            let found = try await store.session(digest, at: now, keptUntil: now)
            #expect(found != nil)
        }
        taken["end"] = try await steps.taken {
            try await store.end(session(count).digest)
        }
        taken["look"] = try await steps.taken { _ = try await store.refreshToken(busy.refresh(10).digest) }
        await store.close()
        withExtendedLifetime(steps) {}
        return taken
    }

    /// A session that outlives the access tokens of the test.
    private func session(_ number: Int) -> Session {
        SessionStoreConformance.session(number, expiry: SessionStoreConformance.second(9999))
    }

    @Test("No operation takes more steps with ten times as many grants, tokens, spent tokens and sessions")
    func proportional() async throws {
        let (few, many) = (try await steps(60), try await steps(600))
        for (name, steps) in many {
            let before = try #require(few[name])
            #expect(steps > 0)
            #expect(steps <= before + 40, "\(name): \(before), \(steps)")
        }
    }

    @Test("Expired records are removed a thousand at a time, so that other writers get their turn")
    func batches() async throws {
        let statements = Mutex<[String]>([])
        let store = try SQLiteStore(path: folder.path + "/grants.sqlite") { db in
            db.trace { event in statements.withLock { $0.append("\(event)") } }
        }
        let sample = SampleGrant("a")
        let count = 2 * SQLiteStore.maximumRemoved + 1
        for number in 1...count { _ = try await store.insert(sample.tokens(number)) }
        statements.withLock { $0 = [] }
        try await store.removeExpired(before: sample.access(count).expiresAt + .seconds(1))
        #expect(statements.withLock { $0.count { $0.hasPrefix("COMMIT") } } == 4)
        for number in [1, count] { #expect(try await store.accessToken(sample.access(number).digest) == nil) }
        #expect(try await store.refreshToken(sample.refresh(count).digest) == sample.refresh(count))
        await store.close()
    }
}
#endif
