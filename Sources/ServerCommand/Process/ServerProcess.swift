internal import ArgumentParser
internal import Logging
internal import MCPCore
internal import OAuthServer
internal import StaticAuthServer

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The life of the process: start the server, report it, wait for a signal, stop.
struct ServerProcess {
    let launch: LaunchOptions
    private let output: StandardError
    private let readyFile: ReadyFile?
    private let logFormat: LineLogHandler.Format

    init(launch: LaunchOptions) {
        self.launch = launch
        readyFile = launch.readyFile.map(ReadyFile.init)
        let format = launch.logFormat ?? (StandardError.isTerminal ? .terminal : .text)
        logFormat = format
        output = StandardError { lost in
            LineLogHandler(format: format) { _ in }
                .line(.warning, "lines lost: standard error was not read", ["count": .string(String(lost))])
        }
    }

    func run() throws {
        let signals = Signals()
        // Room for connections beyond the maximum, which get 503 and close, and for files that are no connections.
        DescriptorLimit.raise(to: 2 * 4096 + 128)
        try withReadyFile { file throws(Files.Failure) in try file.removeStale() }
        try starting { try StaticAuthServer.checkDescriptors() }
        let handler = LineLogHandler(format: logFormat, level: launch.logLevel, isColored: isColored) { [output] in
            output.line($0)
        }
        let logger = Logger(label: "static-auth-server") { _ in handler }
        let opened = try openStore(logger, signals)
        let server = try start(opened.store, logger)
        let ready = server.readyDocument(pid: Int(getpid()))
        do {
            try withReadyFile { file throws(Files.Failure) in try file.write(ready + "\n") }
        } catch {
            Blocking.run { await server.stop() }
            throw error
        }
        if launch.printsReady {
            print(ready)
            fflush(nil)
        }
        switch logFormat {
        case .terminal, .text: output.line(Banner(server: server, settings: launch.settings).text)
        case .json:
            logger.info(
                "ready",
                metadata: [
                    "mcp_url": .string(server.mcpURL), "debug_url": .string(server.debugURL ?? ""),
                    "issuer": .string(server.issuer), "client_id": .string(server.clientID),
                    "public_client_id": .string(server.publicClientID ?? ""),
                    "default_credentials": .string(String(launch.settings.hasDefaultCredentials)),
                ])
        }
        let signal = signals.wait()
        // It exists only while connections are accepted, so it is removed before they are refused.
        readyFile?.remove()
        logger.info("stopping", metadata: ["signal": .string(signal)])
        Blocking.run {
            await server.stop()
            await opened.close()
        }
    }

    private var isColored: Bool {
        switch launch.color {
        case .auto: StandardError.showsColors
        case .always: true
        case .never: false
        }
    }

    /// Opens the store; while it does not answer, retries for the configured time.
    private func openStore(_ logger: Logger, _ signals: Signals) throws -> OpenStore {
        let choice = launch.store
        let deadline = ContinuousClock.now + launch.storeWait
        let opened = Blocking.run { () -> Result<OpenStore, any Error> in
            var isWaiting = false
            while true {
                do {
                    return .success(try await choice.open())
                } catch let error as StoreUnavailable where ContinuousClock.now < deadline && !signals.arePending {
                    if !isWaiting {
                        logger.warning("waiting for the store", metadata: ["cause": .string(error.reason)])
                    }
                    isWaiting = true
                    try? await Task.sleep(for: .milliseconds(250))
                } catch {
                    return .failure(error)
                }
            }
        }
        do {
            return try opened.get()
        } catch let error as StoreUnavailable {
            guard !signals.arePending else { throw ExitCode.success }
            output.line("static-auth-server: --store: \(error.reason)")
            throw ExitCode.unavailable
        } catch {
            output.line("static-auth-server: --store: \(error)")
            throw ExitCode.configuration
        }
    }

    private func start(_ store: (any Store)?, _ logger: Logger) throws -> StaticAuthServer {
        var settings = launch.settings
        settings.clientCards = ClientName.cards(launch)
        let started = Blocking.run { [settings] () -> Result<StaticAuthServer, any Error> in
            do {
                return .success(try await StaticAuthServer.start(settings, store: store, logger: logger))
            } catch {
                return .failure(error)
            }
        }
        return try starting { try started.get() }
    }

    private func starting<Value>(_ start: () throws -> Value) throws -> Value {
        do {
            return try start()
        } catch let error as StaticAuthServer.StartError {
            output.line("static-auth-server: \(error.description(launch.settings.wording))")
            throw ExitCode.unavailable
        }
    }

    private func withReadyFile(_ use: (ReadyFile) throws(Files.Failure) -> Void) throws {
        guard let readyFile, let path = launch.readyFile else { return }
        do throws(Files.Failure) {
            try use(readyFile)
        } catch {
            output.line("static-auth-server: --ready-file \(path): \(error.reason)")
            throw ExitCode.configuration
        }
    }
}
