public import Primitives
public import OAuth

/// The way to an access token for one MCP server: from the store, by refreshing, or by asking a person.
///
/// MCP 2026-07-28, basic/authorization. A refresh is done by one process at a time: with rotation, a refresh token that
/// is used twice ends the whole grant (OAuth 2.1 §4.3.1).
public actor ServerAccess {
    /// What a caller can choose.
    public struct Options: Sendable {
        /// The client to be; nil: the one of the last login, or whoever registration makes.
        public var client: ClientIdentity?
        /// The URL of this client's own metadata document.
        public var clientDocument: String?
        /// The scope to ask for; nil: what the server suggests.
        public var scope: Scope?
        /// Takes a `resource` of the same origin whose path leads to the server's.
        public var isResourceLenient = false
        /// Assumes the endpoints of MCP 2025-03-26 where there is no metadata.
        public var mayAssumeEndpoints = false
        /// How long a call waits for an authorization server that is out of order; a code waits as long.
        public var patience = Duration.seconds(10)

        /// Everything as the server suggests.
        public init() {}
    }

    nonisolated let server: WebAddress
    let web: WebClient
    let store: TokenStore?
    let agent: (any AuthorizationAgent)?
    let options: Options
    let now: @Sendable () -> Duration
    /// The login under way.
    var authorization: SharedTask<Secret>?
    /// When the authorization server may be asked again that could not renew a token.
    var backoff = Backoff()

    /// Access to a server.
    ///
    /// - Parameters:
    ///   - store: keeps logins and tokens; nil for a caller that brings its own credentials: nothing is kept then.
    ///   - agent: asks the person; nil when nobody may be asked.
    ///   - now: the clock.
    /// - Throws: `usage` for a URL that is none, or plain http elsewhere than on this machine.
    public init(
        server: String, web: WebClient, store: TokenStore?, agent: (any AuthorizationAgent)?,
        options: Options = Options(), now: @escaping @Sendable () -> Duration = SystemClock.now
    ) throws(ClientError) {
        self.server = try AddressCheck.server(server)
        self.web = web
        self.store = store
        self.agent = agent
        self.options = options
        self.now = now
    }

    var discovery: Discovery {
        Discovery(
            web: web, server: server,
            options: .init(
                isResourceLenient: options.isResourceLenient, mayAssumeEndpoints: options.mayAssumeEndpoints))
    }

    // MARK: - Tokens

    /// The last login at this server.
    ///
    /// - Throws: `configuration` or `storage` when it cannot be read.
    public func login() throws(ClientError) -> StoredLogin? { try store?.login(at: name) }

    /// What the login is stored under: the URL without any API key.
    var name: String { KeyInAddress.removed(from: server.text) }

    /// A token that is good as far as is known; nil when there is none.
    ///
    /// - Throws: `network` when the token has ended and the authorization server is out of order; `configuration` or
    ///   `storage` when the tokens cannot be read.
    public func token() async throws -> Secret? {
        guard let tokens = try tokens() else { return nil }
        guard tokens.needsRefresh(at: now()) else { return tokens.accessToken }
        guard tokens.hasEnded(at: now()) else {
            do {
                return try await refresh(insteadOf: nil)
            } catch let error as ClientError where error.kind == .network {
                return tokens.accessToken
            }
        }
        return try await renew(insteadOf: nil)
    }

    /// The stored tokens.
    ///
    /// - Throws: `configuration` or `storage` when they cannot be read.
    public func tokens() throws(ClientError) -> StoredTokens? {
        guard let store, let login = try login() else { return nil }
        return try store.tokens(login.key)
    }
}

extension ServerAccess {
    /// Says that somebody has to log in.
    static func notLoggedIn(_ server: WebAddress) -> ClientError {
        ClientError(
            .authorizationRequired, "Nobody is logged in at \(server.text.withoutQuery).",
            advice: .logIn(server: server.text.withoutQuery, scope: nil))
    }

    static func needsPerson(_ server: WebAddress, missing: Scope?, before: Scope?) -> ClientError {
        guard let missing else { return notLoggedIn(server) }
        let scope = missing.union(before ?? Scope([])).description
        // The server chose these words, and a person may paste them into a shell.
        let isPlain = scope.utf8.allSatisfy { $0 > 0x1F && $0 < 0x7F && $0 != UInt8(ascii: "'") }
        return ClientError(
            .authorizationRequired,
            "The server wants the scope '\(missing.description.printable())' for this, and nobody may be asked.",
            advice: isPlain
                ? .logIn(server: server.text.withoutQuery, scope: scope) : "Log in with that scope.")
    }

    /// The code of the failure that a server has moved to another authorization server.
    static let movedCode = "moved"

    static func moved(_ server: WebAddress, from login: StoredLogin, to issuer: String) -> ClientError {
        ClientError(
            .discovery,
            "\(server.text.withoutQuery) now names the authorization server '\(issuer.printable())'; the "
                + "credentials here belong to '\(login.issuer)'.",
            advice: .logOut(server: server.text.withoutQuery), code: movedCode)
    }
}
