import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A running static-auth-server.
///
/// Copy this file; it needs nothing but the server's binary.
final class AuthServer {
    let baseURL: URL
    let mcpURL: URL
    private let process = Process()
    private let directory: URL

    struct NotReady: Error {}

    /// Starts a server on a free port and returns once it accepts connections.
    init(_ flags: String...) async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "static-auth-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let ready = directory.appending(path: "ready.json")
        process.executableURL = URL(
            filePath: ProcessInfo.processInfo.environment["STATIC_AUTH_SERVER"] ?? "/usr/local/bin/static-auth-server")
        process.arguments = ["--port", "0", "--ready-file", ready.path] + flags
        process.currentDirectoryURL = directory
        try process.run()
        for _ in 1...2000 where !FileManager.default.fileExists(atPath: ready.path) && process.isRunning {
            try await Task.sleep(for: .milliseconds(10))
        }
        guard let data = try? Data(contentsOf: ready) else { throw NotReady() }
        let facts = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        guard facts?["pid"] as? Int == Int(process.processIdentifier),
            let base = (facts?["base_url"] as? String).flatMap(URL.init(string:)),
            let mcp = (facts?["mcp_url"] as? String).flatMap(URL.init(string:))
        else { throw NotReady() }
        (baseURL, mcpURL) = (base, mcp)
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Calls a debug endpoint: `server.debug("tokens/issue", ["scope": "user"])`.
    func debug(_ path: String, _ document: [String: Any] = [:]) async throws -> [String: Any] {
        var request = URLRequest(url: baseURL.appending(path: "debug/\(path)"))
        request.httpMethod = "POST"
        request.httpBody = try JSONSerialization.data(withJSONObject: document)
        let (data, _) = try await URLSession.shared.data(for: request)
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
}
