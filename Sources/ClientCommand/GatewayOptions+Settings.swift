internal import Gateway
internal import MCPClient
internal import Primitives
internal import StaticAuthServer

extension GatewayOptions {
    /// The settings that the options and variables mean.
    ///
    /// - Throws: `usage` for options that cannot be used; `configuration` for variables and files.
    func settings(_ environment: ProcessEnvironment) throws(ClientError) -> GatewaySettings {
        var settings = GatewaySettings()
        settings.host = host == "localhost" ? "127.0.0.1" : host
        guard (0...65535).contains(port) else { throw ClientError(.usage, "--port is a number up to 65535.") }
        settings.port = port
        if let publicURL { settings.publicURL = try Self.origin(publicURL, "--public-url") }
        for callback in callbacks {
            guard ["http://", "https://"].contains(where: callback.hasPrefix), !callback.contains("#") else {
                throw ClientError(.usage, "--allow-callback has to be a URL of http or https, without a fragment.")
            }
        }
        settings.callbacks = Set(callbacks)
        if !origins.isEmpty {
            var listed: Set<Origin> = []
            for origin in origins { listed.insert(try Self.origin(origin, "--allow-origin")) }
            settings.origins = listed
        }
        settings.allowsPrivate = allowsPrivate
        settings.clients = try GatewayClients(self, environment).all
        settings.rateLimit = try rateLimit.map { count throws(ClientError) in
            guard (0...1_000_000).contains(count) else {
                throw ClientError(.usage, "--rate-limit is a number of requests, at most a million.")
            }
            return count
        }
        settings.timeout = try Self.seconds(timeout, "--timeout")
        settings.sessionIdle = try Self.seconds(sessionIdle, "--session-idle")
        settings.key = try key(environment)
        return settings
    }

    /// The URL of Redis, by the option or the variable.
    func redisURL(_ environment: ProcessEnvironment) -> String? {
        redis ?? environment.variables["REDIS_URL"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func key(_ environment: ProcessEnvironment) throws(ClientError) -> StoreKey? {
        if let keyFile { return try StoreKey(file: environment.absolute(keyFile)) }
        guard let text = environment.variables["MCP_TOKEN_KEY"], !text.isEmpty else { return nil }
        return try StoreKey(text, from: "MCP_TOKEN_KEY")
    }

    private static func origin(_ text: String, _ option: String) throws(ClientError) -> Origin {
        guard let origin = Origin(text) else {
            throw ClientError(.usage, "\(option) has to be an origin such as https://app.example.com.")
        }
        return origin
    }

    private static func seconds(_ number: Int, _ option: String) throws(ClientError) -> Duration {
        guard (1...CommandContext.longestTime).contains(number) else {
            throw ClientError(.usage, "\(option) has to be at least one second, and a year at the most.")
        }
        return .seconds(number)
    }
}
