internal import ArgumentParser
internal import Gateway
internal import Logging
internal import MCPClient
internal import Primitives
internal import StaticAuthServer
#if Redis
internal import StoreRedis
#endif

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// `gateway`: serves MCP servers with OAuth to web applications, until SIGTERM or Ctrl-C.
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Serve MCP servers with OAuth to web applications, behind five HTTP routes.",
        discussion: "The page at / tries it by hand. Ctrl-C stops it; calls under way are answered first.")

    @OptionGroup var options: GatewayOptions

    func run() async throws {
        try await CommandRunner.reporting(.text) { [options] in
            let environment = ProcessEnvironment()
            let settings = try options.settings(environment)
            let redis = try Self.redis(options, settings, environment)
            let note = options.readyFile.map { ReadyNote(path: environment.absolute($0)) }
            try note?.remove()
            let handler = LineLogHandler(format: options.logFormat, level: options.logLevel) { LogOutput.line($0) }
            let logger = Logger(label: "static-auth-gateway") { _ in handler }
            let gateway = try await Self.start(settings, redis, options, logger)
            logger.info("the gateway is ready", metadata: ["url": .string(gateway.url)])
            try note?.write(url: gateway.url, port: gateway.port)
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
            try? note?.remove()
            logger.info("stopping")
            await gateway.stop()
        }
    }

    private static func start(
        _ settings: GatewaySettings, _ redis: RedisEndpoint?, _ options: GatewayOptions, _ logger: Logger
    ) async throws -> WebGateway {
        do {
            return try await WebGateway.start(
                settings, redis: redis, requiresRedis: options.requiresRedis, logger: logger)
        } catch WebGateway.StartProblem.redisAway(let reason) {
            throw ClientError(.network, "Redis does not answer: \(reason)")
        } catch WebGateway.StartProblem.redisRefusal(let reason) {
            throw ClientError(.configuration, "Redis cannot be used: \(reason)")
        } catch WebGateway.StartProblem.address(let reason) {
            throw ClientError(.network, "The gateway cannot listen. \(reason)")
        } catch let error as ClientError {
            throw error
        } catch {
            throw ClientError(.network, "The gateway cannot start: \(error)")
        }
    }

    private static func redis(
        _ options: GatewayOptions, _ settings: GatewaySettings, _ environment: ProcessEnvironment
    ) throws(ClientError) -> RedisEndpoint? {
        guard let text = options.redisURL(environment) else {
            guard !options.requiresRedis else {
                throw ClientError(.configuration, "--require-redis needs --redis or REDIS_URL.")
            }
            return nil
        }
        guard settings.key != nil else {
            throw ClientError(
                .configuration, "Sessions hold tokens, and there is no key to encrypt them with in Redis.",
                advice: "Give 32 bytes in Base64 as MCP_TOKEN_KEY or --token-key-file: openssl rand -base64 32")
        }
        #if Redis
        do {
            return .at(try RedisURL(text))
        } catch {
            throw ClientError(.configuration, "The URL of Redis cannot be used. \(error.description)")
        }
        #else
        throw ClientError(
            .configuration, "This client was built without Redis.", advice: "Build it with --traits Redis.")
        #endif
    }
}

/// The file that says where the gateway is, once it accepts connections.
private struct ReadyNote {
    private let files: PrivateFiles
    private let name: String

    init(path: String) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        files = PrivateFiles(directory: String(path[..<slash]))
        name = String(path[slash...].drop { $0 == "/" })
    }

    func write(url: String, port: Int) throws(ClientError) {
        let document: JSONObject = [
            "url": .string(url), "port": JSONValue(port), "pid": JSONValue(Int(getpid())),
            "version": .string(ClientDescription.version),
        ]
        try files.write(JSONWriter.bytes(of: document) + [0x0A], to: name)
    }

    func remove() throws(ClientError) { try files.remove(name) }
}

/// Lines on standard error that never wait for its reader.
private enum LogOutput {
    static func line(_ text: String) {
        guard Descriptor.isReady(STDERR_FILENO, within: 0) else { return }
        Descriptor.write(Array((text + "\n").utf8), to: STDERR_FILENO) { false }
    }
}
