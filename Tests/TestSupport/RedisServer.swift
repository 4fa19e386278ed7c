import Foundation

/// A real `redis-server` on a free port of 127.0.0.1, in a folder of its own; it ends with the last reference.
public final class RedisServer {
    /// The port, the same after each start.
    public let port: Int
    private let arguments: [String]
    private let directory: URL
    private var process: ChildProcess?

    /// A failure to start, in the words of Redis.
    public struct StartError: Error {
        let output: String
    }

    /// Starts a server and waits until it answers; with an append-only file, so that a restart loses nothing.
    ///
    /// - Parameter arguments: further settings, such as `["--requirepass", "secret"]`.
    public static func start(_ arguments: [String] = []) async throws -> RedisServer {
        var attempts = 5
        while true {
            let server = try RedisServer(port: FreePort.any(), arguments: arguments)
            do {
                try await server.start()
                return server
            } catch {
                // Another process may have taken the port meanwhile.
                attempts -= 1
                guard attempts > 0 else { throw error }
            }
        }
    }

    private init(port: Int, arguments: [String]) throws {
        self.port = port
        self.arguments = arguments
        directory = FileManager.default.temporaryDirectory.appending(path: "redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: directory)
    }

    /// The URL of the server.
    public var url: String { "redis://127.0.0.1:\(port)" }

    /// Starts it again with its data, and waits until it answers.
    public func start() async throws {
        try launch()
        let hasAnswered = await eventually {
            if self.process?.isRunning == false { return true }
            return (try? await self.run("PING"))?.isEmpty == false
        }
        guard hasAnswered, process?.isRunning == true else {
            let output = (try? String(contentsOf: directory.appending(path: "log"), encoding: .utf8)) ?? ""
            throw StartError(output: output)
        }
    }

    /// Starts it again without waiting.
    public func launch() throws {
        process = try ChildProcess(
            "redis-server",
            [
                "--port", String(port), "--bind", "127.0.0.1", "--dir", directory.path, "--save", "",
                "--appendonly", "yes", "--appendfsync", "always", "--logfile", "log", "--enable-debug-command", "local",
            ] + arguments)
    }

    /// Sends a signal to its process.
    public func signal(_ signal: CInt) {
        process?.signal(signal)
    }

    /// Kills it and waits for its end.
    public func kill() {
        process?.kill()
    }

    /// Runs a command on a new connection and returns the raw reply.
    public func run(_ command: String) async throws -> String {
        try await Self.run(command, port: port)
    }

    /// The number of commands since its start; 0 when it does not answer.
    public var processed: Int {
        get async {
            let facts = try? await run("INFO stats")
            return (facts?.firstMatch(of: /total_commands_processed:([0-9]+)/)?.1).flatMap { Int($0) } ?? 0
        }
    }

    /// Runs a command at the server on a port, which another test may have started.
    public static func run(_ command: String, port: Int) async throws -> String {
        let connection = try await RawConnection(port: port)
        await connection.send("\(command)\r\nQUIT\r\n")
        return String(await connection.readToEnd().dropLast("+OK\r\n".utf8.count))
    }
}

/// A port on which no process listens.
public enum FreePort {
    /// Asks the system for a free port; another process may take it before it is used.
    public static func any() -> Int {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                getsockname(descriptor, $0, &length)
            }
        }
        return Int(in_port_t(bigEndian: address.sin_port))
    }
}
