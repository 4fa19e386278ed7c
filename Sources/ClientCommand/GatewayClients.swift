internal import MCPClient
internal import OAuth
internal import Primitives

/// The registered clients of a gateway, by the URL of their server.
struct GatewayClients {
    private(set) var all: [String: ClientIdentity] = [:]

    /// Reads the file and the short forms, `URL=ID`.
    ///
    /// - Throws: `usage` and `configuration` for what cannot be read; `storage` for files.
    init(_ options: GatewayOptions, _ environment: ProcessEnvironment) throws(ClientError) {
        if let path = options.clientsFile { try read(environment.absolute(path)) }
        let secret = environment.variables["MCP_CLIENT_SECRET"].flatMap { $0.isEmpty ? nil : Secret($0) }
        guard secret == nil || options.clients.count <= 1 else {
            throw ClientError(
                .configuration, "MCP_CLIENT_SECRET cannot be the secret of several clients.",
                advice: "Each secret is for one authorization server; name them in the file of --clients.")
        }
        for text in options.clients {
            guard let mark = text.lastIndex(of: "="), text.index(after: mark) < text.endIndex else {
                throw ClientError(.usage, "--client has the form URL=ID.")
            }
            let server = try ServerURL.canonical(String(text[..<mark]))
            all[server] = ClientIdentity(id: String(text[text.index(after: mark)...]), secret: secret)
        }
    }

    private mutating func read(_ path: String) throws(ClientError) {
        guard let servers = (try? JSONParser.parse(try Self.bytes(of: path)))?.object else {
            throw ClientError(.configuration, "\(path) is no JSON object.")
        }
        for (url, value) in servers.members {
            guard let id = value.object?["clientId"]?.string, !id.isEmpty else {
                throw ClientError(.configuration, "\(path): a client has no clientId.")
            }
            var secret = value.object?["clientSecret"]?.string
            if let file = value.object?["clientSecretFile"]?.string {
                let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
                let bytes = try Self.bytes(of: file.hasPrefix("/") ? file : "\(folder)/\(file)")
                secret = String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }
            }
            all[try Self.canonical(url, in: path)] = ClientIdentity(id: id, secret: secret.map(Secret.init))
        }
    }

    private static func canonical(_ url: String, in path: String) throws(ClientError) -> String {
        do {
            return try ServerURL.canonical(url)
        } catch {
            throw ClientError(.configuration, "\(path): \(error.problem)")
        }
    }

    private static func bytes(of path: String) throws(ClientError) -> [UInt8] {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let files = PrivateFiles(directory: String(path[..<slash]))
        guard let bytes = try files.read(String(path[slash...].drop { $0 == "/" })) else {
            throw ClientError(.configuration, "There is no file \(path).")
        }
        return bytes
    }
}
