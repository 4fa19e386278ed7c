internal import MCPClient
internal import Primitives

#if canImport(Glibc)
@preconcurrency internal import Glibc
#elseif canImport(Musl)
@preconcurrency internal import Musl
#elseif canImport(Darwin)
@preconcurrency internal import Darwin
#endif

/// The environment variables and directories of the process.
struct ProcessEnvironment: Sendable {
    let variables: [String: String]

    init() {
        var variables: [String: String] = [:]
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = environ
        while let line = next?.pointee {
            let text = String(cString: line)
            if let mark = text.firstIndex(of: "=") {
                variables[String(text[..<mark])] = String(text[text.index(after: mark)...])
            }
            next = next?.successor()
        }
        self.variables = variables
    }

    /// Variables that look like a misspelt one of this program, each with the right name.
    var misspelt: [(name: String, known: String)] {
        let known = ["MCP_CLIENT_SECRET", "MCP_TOKEN_KEY"]
        return variables.keys.filter { $0.hasPrefix("MCP_") && !known.contains($0) }.sorted().compactMap { name in
            SpellingSuggestion.name(to: name, among: known.filter { variables[$0] == nil }).map { (name, $0) }
        }
    }

    /// The directory of the tokens (XDG Base Directory Specification).
    func dataDirectory() throws(ClientError) -> String {
        try directory("XDG_DATA_HOME", ".local/share")
    }

    /// The file of named servers of this user.
    func userFile() throws(ClientError) -> ServerFile {
        ServerFile(path: try configurationDirectory() + "/mcp.json")
    }

    /// The entries of projects' files that this user has allowed.
    func allowedEntries() throws(ClientError) -> AllowedEntries {
        AllowedEntries(directory: try configurationDirectory())
    }

    private func configurationDirectory() throws(ClientError) -> String {
        try directory("XDG_CONFIG_HOME", ".config")
    }

    /// The file of named servers of the project in the working directory.
    var projectFile: ServerFile { ServerFile(path: absolute(".mcp.json")) }

    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let here = getcwd(nil, 0) else { return "/" + path }
        defer { free(here) }
        return String(cString: here) + "/" + path
    }

    private func directory(_ variable: String, _ fallback: String) throws(ClientError) -> String {
        // The specification demands that relative paths are ignored.
        if let named = variables[variable], named.hasPrefix("/") { return named + "/" + ClientDescription.name }
        guard let home = variables["HOME"], home.hasPrefix("/") else {
            throw ClientError(
                .configuration, "Neither \(variable) nor HOME is set to an absolute path.", advice: "Set one of them.")
        }
        return "\(home)/\(fallback)/\(ClientDescription.name)"
    }
}
