public import OAuth
internal import Primitives

/// The settings of the authorization server.
public struct Configuration: Sendable {
    /// The client that hints and test tokens mean unless another one is named.
    public var client: RegisteredClient
    /// Further clients, each with an id of its own, such as a public one.
    public var otherClients: [RegisteredClient] = []
    /// The users who can log in.
    public var users: [User]
    /// Every spelling of our own origin, without a trailing slash, for example with `localhost` and with `127.0.0.1`.
    public var origins: [String]
    /// The path of the protected resource under each origin.
    public var resourcePath = "/mcp"
    /// The name of the protected resource, for people.
    public var resourceName = "MCP server"
    /// Further protected resources for which tokens may be issued.
    public var otherResources: [ResourceIndicator] = []
    /// The scope of basic use, granted when a request names none.
    public var baseScope = Scope(["user"])
    /// Scopes that single tools need beyond the base scope.
    public var toolScopes = Scope([])
    /// The lifetime of an authorization code (RFC 6749 §4.1.2 recommends ten minutes at most).
    public var codeLifetime: Duration = .seconds(300)
    /// The lifetime of an access token.
    public var accessTokenLifetime: Duration = .seconds(3600)
    /// The lifetime of an unused refresh token.
    public var refreshTokenLifetime: Duration = .seconds(30 * 86_400)
    /// The lifetime of a grant, however often it is refreshed.
    public var familyLifetime: Duration = .seconds(90 * 86_400)
    /// The names of the settings for hints.
    public var names = SettingNames()
    /// The deviations from a correct server, for tests of clients.
    public var deviations = Deviations.none

    /// Starts from the settings that have no default.
    public init(client: RegisteredClient, users: [User], origins: [String]) {
        self.client = client
        self.users = users
        self.origins = origins
    }

    /// Digests of well-known default secrets and passwords, for a hint to clients that send one in place of the right
    /// one.
    public var publicSecrets: Set<Digest> = []

    /// All scopes that a request may name.
    ///
    /// `offline_access` is accepted and has no effect: a refresh token is issued in any case. Without refresh tokens it
    /// is an unknown scope.
    public var supportedScope: Scope {
        let scope = baseScope.union(toolScopes)
        return deviations.refreshPolicy == .none ? scope : scope.union(Scope([Scope.offlineAccess]))
    }

    /// All clients.
    public var clients: [RegisteredClient] { [client] + otherClients }

    /// The client with an id.
    func client(named id: String) -> RegisteredClient? { clients.first { $0.isNamed(id) } }

    /// The grant types that clients may use.
    public var grantTypes: [GrantType] {
        GrantType.allCases.filter { type in clients.contains { grantTypes(of: $0).contains(type) } }
    }

    /// The grant types that a client may use.
    ///
    /// A public client cannot use client credentials: it has none to authenticate with (RFC 6749 §4.4).
    func grantTypes(of client: RegisteredClient) -> [GrantType] {
        GrantType.allCases.filter { type in
            switch type {
            case .authorizationCode: true
            case .refreshToken: deviations.refreshPolicy != .none
            case .clientCredentials: client.authentication != .none
            }
        }
    }

    /// The scope that a request is granted.
    ///
    /// - Throws: `invalid_scope` naming the supported scopes.
    func grantedScope(for requested: Scope?) throws(OAuthError) -> Scope {
        let scope = requested ?? baseScope
        guard supportedScope.covers(scope) else {
            throw OAuthError(
                .invalidScope, "A scope is unknown. Supported scopes are: \(supportedScope).",
                Explanation(
                    expected: "scopes among \(SafeText(list: supportedScope.tokens))",
                    received: "scope='\(public: scope.description)'", hint: hint(ofUnknown: scope),
                    rule: supportedScope.missing(of: scope) == [Scope.offlineAccess] ? .refreshTokens : nil))
        }
        let withheld = deviations.withheldScope
        return withheld.tokens.isEmpty ? scope : scope.without(withheld, default: baseScope)
    }

    private func hint(ofUnknown scope: Scope) -> SafeText? {
        guard let unknown = scope.tokens.first(where: { !supportedScope.tokens.contains($0) }) else { return nil }
        if unknown.split(separator: ",").count > 1 { return "Scopes are separated by spaces, not by commas." }
        let nearest = SpellingSuggestion.name(to: unknown, among: supportedScope.tokens)
        return nearest.map { "'\(public: unknown)' is unknown. Did you mean '\(public: $0)'?" }
            ?? "'\(public: unknown)' is unknown. Without scope, '\(public: baseScope.description)' is granted."
    }
}
