internal import MCPClient
internal import Primitives

/// A server that was given by its name, and the file with its entry.
struct NamedServer {
    let name: String
    let entry: ServerEntry
    let file: ServerFile
    /// Whether the entry may use the user's environment variables.
    let isAllowed: Bool

    /// The files of named servers, in the order of the search: the user's own comes before the project's, and a file
    /// that was named with `--config` is the only one.
    ///
    /// - Parameter mayBeNew: whether the file that was named need not exist.
    /// - Throws: `configuration` when it has to and does not; `storage` when it cannot be read.
    static func files(
        _ options: CommonOptions, _ environment: ProcessEnvironment, mayBeNew: Bool = false
    ) throws(ClientError) -> [ServerFile] {
        guard let path = options.config else { return [try environment.userFile(), environment.projectFile] }
        let file = ServerFile(path: environment.absolute(path))
        guard mayBeNew ? true : try file.exists() else {
            throw ClientError(
                .configuration, "There is no file \(file.path).", advice: "Check the path after --config.")
        }
        return [file]
    }

    /// Finds the server with a name.
    ///
    /// The project's file is used only for names that the user's does not have, and read without any variable unless
    /// the person has allowed the entry.
    ///
    /// - Throws: `usage` when there is none; `configuration` when it needs variables that it may not read.
    init(_ name: String, _ options: CommonOptions, _ environment: ProcessEnvironment) throws(ClientError) {
        let files = try Self.files(options, environment)
        var found: (entry: ServerEntry, file: ServerFile)?
        for file in files {
            if let found {
                guard let other = try? file.server(name), other != found.entry else { continue }
                Output.notice(
                    "Note: \(file.path) has another '\(name)', which is not used. To use it: --config \(file.path)")
            } else if let entry = try file.server(name) {
                found = (entry, file)
            }
        }
        guard let found else {
            throw ClientError(
                .usage, "There is no server '\(name)' in \(files.map(\.path).joined(separator: " or ")).",
                advice: Self.suggestion(for: name, in: files)
                    ?? (ServerEntry.isName(name)
                        ? .sentence("Give a URL, or add it: static-auth-client add \(name) URL")
                        : "A URL begins with http:// or https://, such as https://mcp.example.com/mcp."))
        }
        (self.name, entry, file) = (name, found.entry, found.file)
        let isUsers = options.config != nil || found.file.path != environment.projectFile.path
        isAllowed = isUsers ? true : try environment.allowedEntries().contains(name, found.entry, of: found.file)
        guard !isAllowed else { return }
        let variables = found.entry.variables
        guard variables.isEmpty else { throw notAllowed(to: "read \(variables.joined(separator: ", "))") }
        Output.notice("Note: '\(name)' is \(entry.writtenURL ?? "a process"), as \(file.path) says.")
    }

    /// The name in the files that may be meant by another one.
    static func suggestion(for name: String, in files: [ServerFile]) -> ClientError.Advice? {
        let names = files.flatMap { (try? $0.servers()) ?? [] }.map(\.name)
        return SpellingSuggestion.name(to: name, among: names).map { .sentence("Did you mean '\($0.oneLine)'?") }
    }

    /// The refusal of the user's data to a project's file.
    func notAllowed(to deed: String) -> ClientError {
        ClientError(
            .configuration,
            "The server '\(name)' in \(file.path) (\(entry.writtenURL ?? "a process")) wants to \(deed), and a project's "
                + "file may do that only when you allow it.",
            advice: "Look at the file; if that is right: static-auth-client allow \(name)")
    }
}
