internal import MCPCore
internal import OAuth
internal import Primitives

/// The client's persistent state: logins and tokens, in files of one directory.
///
/// MCP 2026-07-28, basic/authorization/security-considerations, "Token Theft". With a key every file is encrypted; a
/// file that does not match the key, or the lack of one, is an error and never ignored.
public struct TokenStore: Sendable {
    private let files: any StoreFiles
    private let key: StoreKey?

    /// Makes a store in a directory, which is created on the first write.
    public init(directory: String, key: StoreKey? = nil) {
        self.init(files: PrivateFiles(directory: directory), key: key)
    }

    /// Makes a store in an embedder's documents.
    package init(files: any StoreFiles, key: StoreKey? = nil) { (self.files, self.key) = (files, key) }

    /// The login at a server.
    ///
    /// - Throws: `storage` when it cannot be read; `configuration` when it does not match the key or is damaged.
    public func login(at server: String) throws(ClientError) -> StoredLogin? {
        try read(Self.name("login", server)).flatMap(StoredLogin.init)
    }

    /// All logins.
    ///
    /// - Throws: `storage` when one cannot be read; `configuration` when one does not match the key or is damaged.
    public func logins() throws(ClientError) -> [StoredLogin] {
        var found: [StoredLogin] = []
        for name in files.names() where name.hasPrefix("login-") && name.hasSuffix(".json") {
            if let login = try read(name).flatMap(StoredLogin.init) { found.append(login) }
        }
        return found
    }

    /// The tokens under a key.
    ///
    /// - Throws: `storage` when they cannot be read; `configuration` when they do not match the key or are damaged.
    public func tokens(_ key: StoredTokens.Key) throws(ClientError) -> StoredTokens? {
        try read(Self.name(key)).flatMap(StoredTokens.init)
    }

    func save(_ login: StoredLogin) throws(ClientError) {
        try write(login.document, to: Self.name("login", login.server))
    }

    func save(_ tokens: StoredTokens) throws(ClientError) {
        try write(tokens.document, to: Self.name(tokens.key))
    }

    /// Checks that tokens can be stored, before they are requested.
    ///
    /// - Throws: `storage` when they cannot, for example on a full disk.
    func checkWritable() throws(ClientError) {
        try files.prepare()
        try files.checkWritable()
    }

    /// Removes a login and its tokens.
    ///
    /// - Throws: `storage` when they cannot be removed.
    public func remove(_ login: StoredLogin) throws(ClientError) {
        try removeTokens(login.key)
        try files.remove(Self.name("login", login.server))
    }

    /// Removes tokens; the login stays.
    func removeTokens(_ key: StoredTokens.Key) throws(ClientError) {
        try files.remove(Self.name(key))
    }

    /// Runs work while no other process renews the tokens under a key.
    func locking<Value>(
        _ key: StoredTokens.Key, isolation: isolated (any Actor)? = #isolation, _ work: () async throws -> Value
    ) async throws -> Value {
        try await files.holding(Self.name(key), isolation: isolation, work)
    }

    /// A note without secrets, such as the revision of a server.
    func note(_ name: String, at origin: String) throws(ClientError) -> JSONObject? {
        try read(Self.name(name, origin))
    }

    func save(note: JSONObject, _ name: String, at origin: String) throws(ClientError) {
        try write(note, to: Self.name(name, origin))
    }

    func remove(note name: String, at origin: String) throws(ClientError) {
        try files.remove(Self.name(name, origin))
    }

    // MARK: - Files

    private static func name(_ kind: String, _ text: String) -> String {
        "\(kind)-\(Digest(of: text).hex.prefix(32)).json"
    }

    private static func name(_ key: StoredTokens.Key) -> String {
        name("tokens", [key.issuer, key.clientID, key.resource].joined(separator: "\n"))
    }

    private enum Member { static let sealed = "sealed" }

    private func read(_ name: String) throws(ClientError) -> JSONObject? {
        guard let bytes = try files.read(name) else { return nil }
        guard let document = (try? JSONParser.parse(bytes))?.object else {
            throw unreadable(name, "is damaged", advice: "Remove it and log in again.")
        }
        guard let sealed = document[Member.sealed]?.string else {
            guard key == nil else {
                throw unreadable(
                    name, "is not encrypted, although a key is given",
                    advice: "Log out without the key, then log in again with it.")
            }
            return document
        }
        guard let key else {
            throw unreadable(
                name, "is encrypted, and there is no key", advice: .nameStoreKey)
        }
        guard let plain = Base64.standard.decode(sealed).flatMap({ key.open($0, name: name) }),
            let document = (try? JSONParser.parse(plain))?.object
        else {
            throw unreadable(
                name, "was encrypted with another key, or is damaged",
                advice: "Give the key that was used at the login, or remove the file and log in again.")
        }
        return document
    }

    private func write(_ document: JSONObject, to name: String) throws(ClientError) {
        try files.prepare()
        var bytes = JSONWriter.bytes(of: document)
        if let key {
            let sealed = Base64.standard.encode(try key.seal(bytes, name: name))
            bytes = JSONWriter.bytes(of: .object([Member.sealed: .string(sealed)]))
        }
        try files.write(bytes + [UInt8(ascii: "\n")], to: name)
    }

    private func unreadable(_ name: String, _ what: String, advice: ClientError.Advice) -> ClientError {
        ClientError(.configuration, "\(files.path(name)) \(what).", advice: advice)
    }
}
