internal import ArgumentParser
internal import StaticAuthServer

/// A running server that a subcommand asks: by its URL, or by host and port as it was started with.
struct RunningServer {
    let url: String

    /// The flags that a subcommand takes besides its own.
    static let flags = ["--host", "--port"]

    /// Takes `--url`, or else the flags, or the variables `MCP_STATIC_HOST` and `MCP_STATIC_PORT`.
    ///
    /// - Throws: `ValidationError` for what contradicts itself, or names no port.
    init(url: String?, _ flags: GivenFlags) throws {
        let given = Self.flags.filter { !flags[$0].isEmpty }
        guard let url else {
            let variables = ProcessEnvironment.entries()
            func value(_ name: String) -> (text: String, source: String)? {
                let variable = variablePrefix + name.uppercased()
                return flags["--\(name)"].last.map { ($0, "--\(name)") }
                    ?? variables.last { $0.name == variable }.map { ($0.text, variable) }
            }
            let (port, source) = value("port") ?? ("9003", "--port")
            guard let number = Int(port), (1...65535).contains(number) else {
                throw ValidationError(
                    port == "0"
                        ? "\(source) 0 is any free port; say which one by --url." : "\(source): '\(port)' is no port.")
            }
            let host = value("host").flatMap { ["0.0.0.0", "::"].contains($0.text) ? nil : $0.text } ?? "localhost"
            self.url = "http://\(host.contains(":") ? "[\(host)]" : host):\(number)"
            return
        }
        guard given.isEmpty else {
            throw ValidationError("--url and \(given.joined(separator: " and ")) exclude each other; leave one out.")
        }
        self.url = url
    }

    /// A request to the server.
    ///
    /// - Throws: `ValidationError` for a URL of another kind.
    func get(_ target: String, fields: [(name: String, value: String)] = []) throws -> PlainGet {
        guard let request = PlainGet(origin: url, target: target, fields: fields) else {
            throw ValidationError(
                "'\(url)' is no server's address such as http://localhost:9003: plain http, with host and port alone.")
        }
        return request
    }
}

extension GivenFlags {
    /// Refuses the flags of the server that a subcommand would ignore.
    ///
    /// - Throws: `ValidationError` that names one.
    func allow(_ allowed: [String], for command: (some ParsableCommand).Type) throws {
        let known = ServerFlags.settings.map(\.flag) + [Self.envFile]
        guard let useless = known.first(where: { !self[$0].isEmpty && !allowed.contains($0) }) else { return }
        let name = command.configuration.commandName ?? ""
        throw ValidationError("\(useless) is of no use with '\(name)', which starts no server.")
    }
}
