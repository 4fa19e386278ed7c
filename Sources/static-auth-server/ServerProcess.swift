internal import ArgumentParser
internal import StaticAuthServer

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The life of the process: start, say so, wait for a signal, stop.
struct ServerProcess {
    let launch: Launch
    let output: StandardError

    func run() throws {
        let signals = Signals()
        let log = Log(level: launch.logLevel, format: launch.logFormat) { [output] in output.write($0) }
        removeReadyFile()
        let server = try start(log)
        defer { removeReadyFile() }
        try writeReadyFile(server)
        switch launch.logFormat {
        case .text: output.write(Banner(server: server, settings: launch.settings).text)
        case .json:
            log(
                .info, "ready",
                [
                    "mcp_url": server.mcpURL, "issuer": server.issuer, "client_id": server.clientID,
                    "default_credentials": String(launch.settings.hasDefaultCredentials),
                ])
        }
        let signal = signals.wait()
        log(.info, "stopping", ["signal": signal])
        Blocking.run { await server.stop() }
    }

    private func start(_ log: Log) throws -> StaticAuthServer {
        let settings = launch.settings
        let started = Blocking.run { () -> Result<StaticAuthServer, any Error> in
            do {
                return .success(try await StaticAuthServer.start(settings, log: log))
            } catch {
                return .failure(error)
            }
        }
        do {
            return try started.get()
        } catch let error as StaticAuthServer.StartError {
            output.write("static-auth-server: \(error)")
            throw ExitCode.unavailable
        }
    }

    // MARK: - The ready file

    /// Writes the file that says that connections are accepted, and where.
    private func writeReadyFile(_ server: StaticAuthServer) throws {
        guard let path = launch.readyFile else { return }
        do throws(Files.Failure) {
            try Files.writeAtomically(server.readyDocument(pid: Int(getpid())) + "\n", to: path)
        } catch {
            output.write("static-auth-server: --ready-file \(path): \(error.reason)")
            Blocking.run { await server.stop() }
            throw ExitCode.configuration
        }
    }

    /// The file exists only while connections are accepted: one that an earlier process left behind would mislead.
    private func removeReadyFile() {
        if let path = launch.readyFile { unlink(path) }
    }
}
