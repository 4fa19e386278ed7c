import Foundation
import MCPCore
import Primitives
import Testing
import TestSupport

/// The built server as a process, in an empty directory and with only the given variables.
final class Binary {
    private let process: ChildProcess
    private let output: URL
    private let errors: URL
    /// The working directory, removed with the last reference.
    let directory: URL

    /// Starts the server and returns at once.
    ///
    /// - Parameters:
    ///   - standardError: the destination of standard error, in place of a file.
    ///   - shell: a script that starts it, as `exec "$0" "$@"`, after having changed what a process inherits.
    init(
        _ arguments: [String], environment: [String: String] = [:], files: [String: String] = [:],
        standardError: Pipe? = nil, shell: String? = nil
    ) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "static-auth-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: directory.appending(path: name)) }
        output = directory.appending(path: "stdout")
        errors = directory.appending(path: "stderr")
        process = try ChildProcess(
            shell == nil ? Self.path.path : "/bin/bash", (shell.map { ["-c", $0, Self.path.path] } ?? []) + arguments,
            environment: environment.merging(Inherited.environment) { given, _ in given }, directory: directory.path,
            output: .file(output.path),
            errors: standardError.map { .descriptor($0.fileHandleForWriting.fileDescriptor) } ?? .file(errors.path))
    }

    deinit {
        process.kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Beside the test bundle, wherever that was built.
    private static let path = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "static-auth-server")

    /// The text on standard error so far.
    var standardError: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }
    /// The text on standard output so far.
    var standardOutput: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }
    /// The process id.
    var pid: Int32 { process.pid }

    /// Whether it has not ended yet.
    var isRunning: Bool { process.isRunning }

    /// Sends a signal, as a supervisor would.
    func signal(_ signal: Int32) {
        process.signal(signal)
    }

    /// Waits for its end and returns the exit code; for a signal, its negative number.
    func exitCode() async -> Int32? {
        guard await eventually({ !self.process.isRunning }) else { return nil }
        return process.exitCode
    }

    /// Starts a server on a free port with a ready file, and waits for that.
    static func ready(
        _ arguments: [String] = [], environment: [String: String] = [:], files: [String: String] = [:],
        standardError: Pipe? = nil, shell: String? = nil
    ) async throws -> (Binary, ReadyFile) {
        let binary = try Binary(
            ["--port", "0", "--ready-file", "ready.json"] + arguments, environment: environment, files: files,
            standardError: standardError, shell: shell)
        let path = binary.directory.appending(path: "ready.json")
        let isReady = await eventually { FileManager.default.fileExists(atPath: path.path) }
        try #require(isReady, "\(binary.standardError)")
        return (binary, try ReadyFile(String(contentsOf: path, encoding: .utf8)))
    }
}

/// The variables that programs need in a build with a sanitizer or with coverage; none in other builds.
enum Inherited {
    static let environment = ProcessInfo.processInfo.environment.filter {
        ["LSAN_OPTIONS", "TSAN_OPTIONS", "LD_PRELOAD", "MUTANT"].contains($0.key)
    }
}

/// The content of a ready file.
struct ReadyFile {
    let text: String
    let document: JSONObject

    init(_ text: String) throws {
        self.text = text
        guard case .object(let object) = try JSONParser.parse(Array(text.utf8)) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        document = object
    }

    var port: Int { get throws { try #require(document["port"]?.number?.intValue) } }
    func string(_ name: String) -> String? { document[name]?.string }
}
