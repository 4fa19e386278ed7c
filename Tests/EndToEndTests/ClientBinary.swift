import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

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
        let files = ["out", "err", "in"].map { home.appending(path: "\(UUID().uuidString).\($0)") }
        try Data(input.utf8).write(to: files[2])
        let code = try await start(
            arguments, environment: environment, input: .file(files[2].path), output: .file(files[0].path),
            errors: .file(files[1].path)
        ).wait()
        return Outcome(
            code: code, output: try String(contentsOf: files[0], encoding: .utf8),
            errors: try String(contentsOf: files[1], encoding: .utf8))
    }

    /// Starts the client, with only the given variables, and returns at once.
    func start(
        _ arguments: [String], environment: [String: String] = [:], input: ChildProcess.Stream = .null,
        output: ChildProcess.Stream = .null, errors: ChildProcess.Stream = .null
    ) throws -> ChildProcess {
        try ChildProcess(
            Self.path.path, arguments,
            environment: ["HOME": home.path, "PATH": "/nonexistent"].merging(environment) { $1 }
                .merging(Inherited.environment) { given, _ in given },
            directory: home.path, input: input, output: output, errors: errors)
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
