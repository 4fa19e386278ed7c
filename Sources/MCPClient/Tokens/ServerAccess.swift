public import OAuth
public import Primitives

/// Gets access tokens for one MCP server: from the store, by refreshing, or by a login.
///
/// MCP 2026-07-28, basic/authorization. One process refreshes at a time: with rotation, a refresh token that is used
/// twice ends the whole grant (OAuth 2.1 §4.3.1).
public actor ServerAccess {
    /// The caller's choices.
    public struct Options: Sendable {
        /// The client's identity; nil for the one of the last login, or of a registration.
        public var client: ClientIdentity?
        /// The URL of this client's own metadata document.
        public var clientDocument: String?
        /// The scope to request; nil for the server's suggestion.
        public var scope: Scope?
        /// Accepts a `resource` of the same origin whose path is a prefix of the server's.
        public var isResourceLenient = false
        /// Assumes the endpoints of MCP 2025-03-26 without metadata.
        public var mayAssumeEndpoints = false
        /// How long a call waits for an authorization server with an outage; also for the exchange of a code.
        public var outageTimeout = Duration.seconds(10)

        /// Makes the defaults: everything as the server suggests.
        public init() {}
    }

    nonisolated let server: WebAddress
    let web: WebClient
    let store: TokenStore?
    let agent: (any AuthorizationAgent)?
    let options: Options
    let now: @Sendable () -> Duration
    /// The current login.
    var authorization: SharedTask<Secret>?
    /// The wait before an authorization server that could not renew a token is asked again.
    var backoff = Backoff()

    /// Makes the access to a server.
    ///
    /// - Parameters:
    ///   - store: the store of logins and tokens; nil for a caller with its own credentials, for which nothing is
    ///     stored.
    ///   - agent: asks the person; nil when no person may be asked.
    ///   - now: the clock.
    /// - Throws: `usage` for an invalid URL, or plain http to another machine.
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

    /// The name under which the login is stored: the URL without any API key.
    var name: String { KeyInAddress.removed(from: server.text) }

    /// A token that is valid as far as is known; nil when there is none.
    ///
    /// - Throws: `network` when the token has expired and the authorization server has an outage; `configuration` or
    ///   `storage` when the tokens cannot be read.
    public func token() async throws -> Secret? {
        guard let tokens = try tokens() else { return nil }
        guard tokens.needsRefresh(at: now()) else { return tokens.accessToken }
        guard tokens.hasEnded(at: now()) else {
            do {
                return try await refresh(insteadOf: nil)
            } catch let error as ClientError where [.network, .storage].contains(error.kind) {
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
    /// The failure for a missing login.
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
            "The server wants the scope '\(missing.description.printable())' for this, and no login is allowed.",
            advice: isPlain
                ? .logIn(server: server.text.withoutQuery, scope: scope) : "Log in with that scope.")
    }

    /// The code for a server that has moved to another authorization server.
    static let movedCode = "moved"

    static func moved(_ server: WebAddress, from login: StoredLogin, to issuer: String) -> ClientError {
        ClientError(
            .discovery,
            "\(server.text.withoutQuery) now names the authorization server '\(issuer.printable())'; the "
                + "credentials here belong to '\(login.issuer)'.",
            advice: .logOut(server: server.text.withoutQuery), code: movedCode)
    }
}
