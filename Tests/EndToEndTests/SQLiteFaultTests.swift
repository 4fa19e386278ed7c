#if SQLite
import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

@Suite("A server with a SQLite store that fails")
struct SQLiteFaultTests {
    private let folder: TemporaryFolder
    private var file: String { folder.path + "/grants.sqlite" }
    /// Tokens are bound to the origin of the request, so servers on several ports need a common one.
    private var shared: [String] { ["--store", "sqlite:\(file)", "--public-url", "http://localhost"] }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(
        "A login survives a restart, after which the file is private and alone",
        .proves(.codeIsBoundToItsRequest))
    func restart() async throws {
        let (first, ready) = try await Binary.ready(shared)
        let flow = try await Flow(TestClient(port: try ready.port)).logIn()
        let tokens = try await flow.redeem()
        let session = try await flow.client.openSession(token: tokens.accessToken)
        for suffix in ["", "-wal", "-shm"] { #expect(try mode(of: file + suffix) == 0o600) }
        first.signal(SIGTERM)
        #expect(await first.exitCode() == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["grants.sqlite"])
        #expect(try mode(of: file) == 0o600)

        let (second, again) = try await Binary.ready(shared)
        let client = TestClient(port: try again.port)
        #expect(try await client.callEcho("hello", token: tokens.accessToken).status == 200)
        #expect(try await client.legacy("ping", session: session, token: tokens.accessToken).status == 200)
        _ = try await Flow(client).refresh(tokens.refreshToken)
        second.signal(SIGTERM)
        #expect(await second.exitCode() == 0)
    }

    @Test("An unusable file ends with 78 and is left unchanged")
    func unusable() async throws {
        try Data("no database, but dear to somebody".utf8).write(to: URL(filePath: file))
        let binary = try Binary(["--store", "sqlite:\(file)"])
        #expect(await binary.exitCode() == 78)
        #expect(binary.standardError.contains("--store: \(file): This file is no SQLite database."))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "no database, but dear to somebody")
    }

    @Test("While another process locks the file, tokens are read and changes get 503; afterwards all work")
    func locked() async throws {
        let (binary, ready) = try await Binary.ready(["--store", "sqlite:\(file)"])
        let flow = try await Flow(TestClient(port: try ready.port)).logIn()
        let tokens = try await flow.redeem()
        let lock = try Lock(file)
        try await lock.hold()
        for _ in 1...3 {
            let refused = try await flow.attempt(["grant_type": "refresh_token", "refresh_token": tokens.refreshToken])
            #expect(refused.answer.status == 503)
            #expect(refused.answer["Retry-After"] == "1")
            #expect(refused.answer.json["error"]?.string == "temporarily_unavailable")
        }
        #expect(try await flow.client.callEcho("hello", token: tokens.accessToken).status == 200)
        #expect(try await flow.client.get("/healthz").status == 200)
        await lock.release()
        _ = try await flow.refresh(tokens.refreshToken)
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    @Test("A file that is locked at the start ends with 69, or is waited for")
    func lockedAtStart() async throws {
        let (first, _) = try await Binary.ready(["--store", "sqlite:\(file)"])
        first.signal(SIGTERM)
        #expect(await first.exitCode() == 0)
        let lock = try Lock(file)
        try await lock.hold()
        let refused = try Binary(["--port", "0", "--store", "sqlite:\(file)"])
        #expect(await refused.exitCode() == 69)
        #expect(refused.standardError.contains("--store: \(file): database is locked"))

        let stopped = try Binary(["--port", "0", "--store", "sqlite:\(file)", "--store-wait", "3600"])
        #expect(await eventually { stopped.standardError.contains("waiting for the store") })
        stopped.signal(SIGTERM)
        #expect(await stopped.exitCode() == 0)

        let patient = try Binary(
            ["--port", "0", "--store", "sqlite:\(file)", "--store-wait", "3600", "--ready-file", "ready.json"])
        #expect(await eventually { patient.standardError.contains("waiting for the store") })
        await lock.release()
        let readyFile = patient.directory.appending(path: "ready.json").path
        #expect(await eventually { FileManager.default.fileExists(atPath: readyFile) })
    }

    @Test("On a full disk nothing is issued that is not stored, and with space everything works again")
    func full() async throws {
        // The limit on file sizes is the process's own; the server gets the errors of a full disk.
        let (binary, ready) = try await Binary.ready(
            ["--store", "sqlite:\(file)"], shell: "ulimit -S -f 512; exec \"$0\" \"$@\"")
        let flow = try await Flow(TestClient(port: try ready.port)).logIn()
        var tokens = [try await flow.redeem()]
        var refused = tokens[0]
        while true {
            refused = try await flow.attempt(
                ["grant_type": "refresh_token", "refresh_token": tokens[tokens.count - 1].refreshToken])
            guard refused.answer.status == 200, tokens.count < 1000 else { break }
            tokens.append(refused)
        }
        #expect(tokens.count > 1)
        #expect(refused.answer.status == 503)
        #expect(refused.answer["Retry-After"] == "1")
        for each in tokens { #expect(try await flow.client.callEcho("x", token: each.accessToken).status == 200) }

        #expect(try await ChildProcess.run("prlimit", ["--pid", "\(binary.pid)", "--fsize=unlimited"]) == 0)
        let next = try await flow.refresh(tokens[tokens.count - 1].refreshToken)
        for each in tokens + [next] {
            #expect(try await flow.client.callEcho("x", token: each.accessToken).status == 200)
        }
        _ = try await flow.redeem(expecting: 400)
        binary.signal(SIGTERM)
        #expect(await binary.exitCode() == 0)
    }

    @Test("What was refused on a full disk was not done, even after kill -9 and a restart")
    func fullAndKilled() async throws {
        let (binary, ready) = try await Binary.ready(shared, shell: "ulimit -S -f 512; exec \"$0\" \"$@\"")
        let flow = try await Flow(TestClient(port: try ready.port)).logIn()
        var last = try await flow.redeem()
        let unspent = try await Flow(flow.client).logIn()
        while true {
            let next = try await flow.attempt(["grant_type": "refresh_token", "refresh_token": last.refreshToken])
            guard next.answer.status == 200 else {
                #expect(next.answer.status == 503)
                break
            }
            last = next
        }
        let refused = try await unspent.attempt([
            "grant_type": "authorization_code", "code": unspent.code, "code_verifier": Flow.verifier,
        ])
        #expect(refused.answer.status == 503)
        binary.signal(SIGKILL)
        #expect(await binary.exitCode() == -SIGKILL)

        let (survivor, again) = try await Binary.ready(shared)
        let client = TestClient(port: try again.port)
        let next = try await Flow(client).refresh(last.refreshToken)
        var elsewhere = Flow(client)
        elsewhere.code = unspent.code
        let redeemed = try await elsewhere.redeem()
        for each in [last, next, redeemed] {
            #expect(try await client.callEcho("x", token: each.accessToken).status == 200)
        }
        survivor.signal(SIGTERM)
        #expect(await survivor.exitCode() == 0)
    }

    @Test("Two servers that create one file at the same time both start, and share it")
    func together() async throws {
        async let one = Binary.ready(shared)
        async let two = Binary.ready(shared)
        let ((first, ready), (second, other)) = try await (one, two)
        let flow = try await Flow(TestClient(port: try ready.port)).logIn()
        var elsewhere = Flow(TestClient(port: try other.port))
        elsewhere.code = flow.code
        let tokens = try await elsewhere.redeem()
        #expect(try await flow.client.callEcho("hello", token: tokens.accessToken).status == 200)
        #expect(try await elsewhere.client.callEcho("hello", token: tokens.accessToken).status == 200)
        _ = try await flow.redeem(expecting: 400)
        #expect(try await elsewhere.client.callEcho("hello", token: tokens.accessToken).status == 401)
        for server in [first, second] {
            server.signal(SIGTERM)
            #expect(await server.exitCode() == 0)
        }
    }

    private func mode(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }
}

/// Another process that holds the write lock of a file.
private final class Lock {
    private let process: ChildProcess
    private let input = Pipe()
    private let flag: String

    init(_ file: String) throws {
        flag = file + ".locked"
        let script = """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
            open(sys.argv[2], "w").close()
            sys.stdin.read()
            connection.execute("ROLLBACK")
            """
        process = try ChildProcess(
            "/usr/bin/python3", ["-c", script, file, flag],
            input: .descriptor(input.fileHandleForReading.fileDescriptor))
    }

    /// Waits until the process has the lock.
    func hold() async throws {
        try #require(await eventually { FileManager.default.fileExists(atPath: self.flag) })
    }

    func release() async {
        try? input.fileHandleForWriting.close()
        await process.wait()
    }
}
#endif
