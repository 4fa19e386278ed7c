internal import Primitives

/// A file of named servers: `{"mcpServers": {"NAME": {…}}}`.
///
/// Everything else in it is preserved, because other programs use it too.
public struct ServerFile: Sendable {
    /// The path.
    public let path: String
    private let files: PrivateFiles
    private let name: String

    private static let key = "mcpServers"

    /// Makes a file at an absolute path, which need not exist.
    public init(path: String) {
        self.path = path
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        files = PrivateFiles(directory: String(path[..<slash]))
        name = String(path[slash...].drop { $0 == "/" })
    }

    /// Whether there is such a file.
    ///
    /// - Throws: `storage` when it cannot be read.
    public func exists() throws(ClientError) -> Bool {
        try accessing { () throws(ClientError) in try files.read(name) } != nil
    }

    /// All servers, by name.
    ///
    /// - Throws: `configuration` for a malformed file.
    public func servers() throws(ClientError) -> [(name: String, entry: ServerEntry)] {
        (try document()[Self.key]?.object ?? [:]).members.map { ($0.name, ServerEntry($0.value.object ?? [:])) }
    }

    /// The server with a name.
    ///
    /// - Throws: `configuration` when the file is malformed; `storage` when it cannot be read.
    public func server(_ name: String) throws(ClientError) -> ServerEntry? {
        try servers().first { $0.name == name }?.entry
    }

    /// Adds a server.
    ///
    /// - Throws: `usage` when the name is in use.
    public func add(_ name: String, _ entry: ServerEntry) throws(ClientError) {
        guard try server(name) == nil else {
            throw ClientError(.usage, "There is a server '\(name.printable(60))' already.", advice: "Remove it first.")
        }
        var document = try document()
        var servers = document[Self.key]?.object ?? [:]
        servers[name] = .object(entry.members)
        document[Self.key] = .object(servers)
        try write(document)
    }

    /// Removes a server; false when there is none with this name.
    ///
    /// - Throws: `configuration` when the file is malformed; `storage` when it cannot be read or written.
    public func remove(_ name: String) throws(ClientError) -> Bool {
        var document = try document()
        var servers = document[Self.key]?.object ?? [:]
        guard servers[name] != nil else { return false }
        servers[name] = nil
        document[Self.key] = .object(servers)
        try write(document)
        return true
    }

    private func document() throws(ClientError) -> JSONObject {
        guard let bytes = try accessing({ () throws(ClientError) in try files.read(name) }) else { return [:] }
        do {
            if let document = try JSONParser.parse(bytes.withoutByteOrderMark).object,
                document.given(Self.key).map({ $0.object != nil }) ?? true
            {
                return document
            }
        } catch {
            throw ClientError(
                .configuration, "\(path) is not JSON, at byte \(error.offset): \(error.problem).", advice: "Correct it."
            )
        }
        throw ClientError(.configuration, "\(path) is no object with \(Self.key) in it.", advice: "Correct it.")
    }

    private func write(_ document: JSONObject) throws(ClientError) {
        try accessing { () throws(ClientError) in
            try files.makeDirectories()
            try files.write(PrettyJSON.bytes(of: .object(document)), to: name)
        }
    }

    /// Does something with the file; the advice about the directory of tokens is not for it.
    private func accessing<Value>(_ work: () throws(ClientError) -> Value) throws(ClientError) -> Value {
        do {
            return try work()
        } catch {
            throw ClientError(error.kind, error.problem, advice: "Check the path, and who owns the file.")
        }
    }
}
