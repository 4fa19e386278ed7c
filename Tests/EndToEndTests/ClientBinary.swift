import Foundation
import MCPCore
import Primitives
import Testing

/// The built client as processes that share one home directory.
final class ClientBinary: Sendable {
    /// The home directory, removed with the last reference.
    let home: URL

    /// The exit code and output of a process.
    struct Outcome {
        let code: Int32
        let output: String
        let errors: String

        /// The result as a document.
        var json: JSONObject { (try? JSONParser.parse(Array(output.utf8.prefix { $0 != 0x0A })))?.object ?? [:] }
    }

    init() throws {
        home = FileManager.default.temporaryDirectory.appending(path: "client-home-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: home) }

    /// The directory of the tokens.
    var store: URL { home.appending(path: ".local/share/static-auth-client") }

    private static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "static-auth-client")

    /// Runs the client to its end, with only the given variables.
    func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) async throws -> Outcome {
        let process = Process()
        let files = try ["out", "err", "in"].map { name in
            let url = home.appending(path: "\(UUID().uuidString).\(name)")
            try Data(input.utf8).write(to: url)
            return url
        }
        process.executableURL = Self.path
        process.arguments = arguments
        process.environment = ["HOME": home.path, "PATH": "/nonexistent"].merging(environment) { $1 }
            .merging(Inherited.environment) { given, _ in given }
        process.currentDirectoryURL = home
        for url in files[..<2] { try Data().write(to: url) }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        process.standardInput = try FileHandle(forReadingFrom: files[2])
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume() }
        }
        return Outcome(
            code: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
            errors: try String(contentsOf: files[1], encoding: .utf8))
    }

    /// The client before its start.
    func process(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = Self.path
        process.arguments = arguments
        process.environment = ["HOME": home.path, "PATH": "/nonexistent"].merging(Inherited.environment) { given, _ in
            given
        }
        process.currentDirectoryURL = home
        return process
    }

    /// Starts the client and returns at once; its standard output goes to the file.
    func start(_ arguments: [String]) throws -> (process: Process, output: URL) {
        let process = try process(arguments)
        let output = home.appending(path: "\(UUID().uuidString).out")
        try Data().write(to: output)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, output)
    }

    /// The demo server's secret, for a login without a browser.
    static let secret = ["MCP_CLIENT_SECRET": "your-secret-key-change-this-in-production"]
    static let headless = [
        "--client-id", "static-mcp-client-001", "--headless", "--username", "demo_user", "--password-stdin",
    ]

    /// Logs in at a server.
    func logIn(_ url: String, _ more: [String] = []) async throws -> Outcome {
        try await run(["login", url] + Self.headless + more, input: "demo_password\n", environment: Self.secret)
    }
}
