#if SQLite
import Foundation
import GRDB
import OAuthServer
import StoreSQLite
import Testing
import TestSupport

@Suite("The file of a store")
struct FileTests {
    private let folder: TemporaryFolder
    private var file: String { folder.path + "/grants.sqlite" }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("Only its owner may read the file and those beside it, whatever its mode was before")
    func privacy() async throws {
        for earlier in [nil, 0o644] {
            if let earlier { try FileManager.default.setAttributes([.posixPermissions: earlier], ofItemAtPath: file) }
            let store = try SQLiteStore(path: file)
            try await store.insert(SampleGrant("\(earlier ?? 0)").code)
            for suffix in ["", "-wal", "-shm"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: file + suffix)
                #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
            }
            await store.close()
        }
    }

    @Test("The file of a newer server is refused and left unchanged")
    func newer() async throws {
        await (try SQLiteStore(path: file)).close()
        try change("PRAGMA user_version = 99")
        let before = try Data(contentsOf: URL(filePath: file))
        expectRefusal("A newer server wrote this file: its schema is version 99, and this server knows 2.")
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
    }

    @Test("The database of another program is refused and left unchanged")
    func foreign() throws {
        try change("CREATE TABLE recipes (name TEXT)")
        let before = try Data(contentsOf: URL(filePath: file))
        expectRefusal("This is the database of another program.")
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
    }

    @Test("A file that is no database is refused and left unchanged", arguments: [10, 5000])
    func noDatabase(length: Int) throws {
        let before = Data(repeating: UInt8(ascii: "x"), count: length)
        try before.write(to: URL(filePath: file))
        expectRefusal("This file is no SQLite database.")
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
    }

    @Test("A folder, and a file in a folder that does not exist, are refused")
    func noFile() throws {
        expectRefusal("No such file or directory", at: folder.path + "/missing/grants.sqlite")
        expectRefusal("This is no file.", at: folder.path)
    }

    @Test("An empty file becomes a store")
    func empty() async throws {
        try Data().write(to: URL(filePath: file))
        try await SQLiteStore(path: file).insert(SampleGrant("a").code)
    }

    @Test("No path has a special meaning to SQLite", arguments: [":memory:", "file:grants?mode=memory"])
    func plainPath(name: String) async throws {
        let store = try SQLiteStore(path: folder.path + "/" + name)
        try await store.insert(SampleGrant("a").code)
        #expect(FileManager.default.fileExists(atPath: folder.path + "/" + name))
    }

    @Test("It holds only digests: no code, no token, and nothing that redeems one")
    func digestsOnly() async throws {
        let store = try SQLiteStore(path: file)
        var tokens: [String] = []
        try await withTestServer(store: store) { client, _ in
            let flow = try await Flow(client).logIn()
            let answer = try await flow.redeem()
            let open = try await Flow(client).logIn()
            let session = try await client.openSession(token: answer.accessToken)
            tokens = [flow.code, answer.accessToken, answer.refreshToken ?? "-", open.code, session]
        }
        await store.close()
        let bytes = try Data(contentsOf: URL(filePath: file))
        #expect(bytes.range(of: Data("demo_user".utf8)) != nil)
        for secret in ["your-secret-key-change-this-in-production", "demo_password", Flow.verifier] + tokens {
            #expect(bytes.range(of: Data(secret.utf8)) == nil)
        }
    }

    @Test("A damaged file causes an error that says so, not a crash")
    func damaged() async throws {
        let store = try SQLiteStore(path: file)
        for number in 1...200 { _ = try await store.insert(SampleGrant("\(number)").tokens(1)) }
        await store.close()
        let handle = try FileHandle(forUpdating: URL(filePath: file))
        for page in 1..<20 {
            try handle.seek(toOffset: UInt64(page * 4096))
            handle.write(Data(repeating: 0xA5, count: 4096))
        }
        try handle.close()
        do {
            let store = try SQLiteStore(path: file)
            for number in 1...200 { _ = try await store.insert(SampleGrant("new \(number)").tokens(1)) }
            Issue.record("no error was thrown")
        } catch let error as StoreUnavailable {
            #expect(error.reason.contains("malformed"))
        } catch let error as UnusableFile {
            #expect(error.description.contains("malformed"))
        }
    }

    private func expectRefusal(_ reason: String, at path: String? = nil) {
        do {
            _ = try SQLiteStore(path: path ?? file)
            Issue.record("the file was opened")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
            #expect(error is UnusableFile)
        }
    }

    /// Changes the file as another program would.
    private func change(_ sql: String) throws {
        let queue = try DatabaseQueue(path: file)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }
}
#endif
