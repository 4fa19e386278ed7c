public import MCPCore
public import OAuth
public import OAuthServer

/// All settings, with the defaults of a server on this machine.
///
/// The command has a flag for each: `clientID` is `--client-id` and `MCP_STATIC_CLIENT_ID`.
public struct Settings: Sendable {
    /// The login of a user.
    public struct Login: Sendable {
        /// The name to log in with.
        public var name: String
        /// The password.
        public var password: Secret

        /// Makes a login from its two parts.
        public init(name: String, password: Secret) {
            self.name = name
            self.password = password
        }
    }

    /// The user who is logged in automatically.
    public enum AutoApproval: Equatable, Sendable {
        /// None: the user logs in.
        case off
        /// The first of ``Settings/users``.
        case firstUser
        /// The user with this name.
        case user(String)
    }

    /// The public client beside the one with a secret.
    public enum PublicClient: Equatable, Sendable {
        /// ``Settings/defaultPublicClientID`` on a loopback address, no such client elsewhere.
        case onLoopback
        /// No such client.
        case off
        /// The client with this id, on every address.
        case id(String)
    }

    /// `localhost`, which is 127.0.0.1 and, where the machine has it, ::1; or an IP address to listen on.
    public var host = "localhost"
    /// The TCP port; 0 for any free one.
    public var port = 9003
    /// The origin under which clients reach the server, such as `https://mcp.example.com`; nil for the one of the
    /// request.
    public var publicURL: String?
    /// Addresses and networks of proxies whose `X-Forwarded-For` is believed.
    public var trustedProxies: [String] = []

    /// The identifier of the registered client.
    public var clientID = "static-mcp-client-001"
    /// Its secret.
    public var clientSecret = Settings.defaultClientSecret
    /// Its methods of authentication at the token endpoint.
    public var tokenAuth = TokenAuthentication.any
    /// The public client beside it, which has no secret: PKCE protects its codes.
    public var publicClient = PublicClient.onLoopback
    /// The registered redirect URIs; nil for that of the original sample, and our own callback page.
    public var redirectURIs: [String]?
    /// The comparison of redirect URIs; nil for `loopback` on a loopback address, `exact` elsewhere.
    public var redirectMatch: RedirectMatch?
    /// Names of clients whose known redirect URIs are registered as well.
    public var redirectPreset: [String] = []

    /// The scopes that every token needs, separated by spaces.
    public var scope = "user"
    /// The further scope that a call of a tool needs, by the tool's name.
    public var requireScope: [String: String] = [:]
    /// Identifiers of other resources for which clients may request tokens; this server refuses such tokens.
    public var resource: [String] = []

    /// The users who can log in.
    public var users = [Login(name: "demo_user", password: Settings.defaultPassword)]
    /// The user who is logged in automatically.
    public var autoApprove = AutoApproval.off

    /// The lifetime of an access token.
    public var accessTokenTTL = Duration.seconds(3600)
    /// The lifetime of an unused refresh token.
    public var refreshTokenTTL = Duration.seconds(2_592_000)
    /// The lifetime of an authorization code.
    public var codeTTL = Duration.seconds(300)
    /// The treatment of a refresh token that is used.
    public var refresh = RefreshPolicy.rotate
    /// Whether a refresh without a scope loses the scopes of single tools.
    public var refreshDropsScope = false
    /// The lifetime of an access token as token responses state it.
    public var advertiseExpiresIn = AdvertisedLifetime.real

    /// The form of answers to POST requests to /mcp.
    public var postResponses = Policy.PostResponses.json
    /// The maximum number of tool calls per minute of each subject; 0 for no limit; nil for none on a loopback address,
    /// 600 elsewhere.
    public var rateLimit: Int?
    /// The interval at which clients are notified that the list of tools has changed; zero for never.
    public var listChangedInterval = Duration.zero

    /// Whether /debug exists: on a loopback address for this machine, elsewhere with ``debugToken`` only.
    public var debug = true
    /// The name of the scenario at the start; nil for none.
    public var scenario: String?
    /// The bearer token for /debug; nil for none, on a loopback address.
    public var debugToken: Secret?

    /// What messages to people call these settings.
    public var wording = Wording()
    /// How clients are connected to a server with a base URL, for the start page; the command knows it.
    package var clientCards: @Sendable (_ baseURL: String) -> [ClientCard] = { _ in [] }

    /// The rule for the parameter `resource`; only scenarios change it.
    var resourceRule = ResourceRule.lenient
    /// A scope that is accepted and never granted; only scenarios set it.
    var withheldScope: String?

    /// Makes the defaults, for a server on this machine.
    public init() {}

    /// The identifier of the public client on a loopback address.
    public static let defaultPublicClientID = "static-mcp-public-001"
    /// The public default secret.
    public static let defaultClientSecret = Secret("your-secret-key-change-this-in-production")
    /// The public default password.
    public static let defaultPassword = Secret("demo_password")
    /// The redirect URI that the original sample registered.
    static let sampleRedirectURI = "http://localhost:3031/callback"
}

extension Settings {
    /// The name of the user who is logged in automatically; nil when the user logs in.
    public var autoApprovedUser: String? {
        switch autoApprove {
        case .off: nil
        case .firstUser: users.first?.name
        case .user(let name): name
        }
    }

    /// The identifier of the public client; nil when there is none.
    public var publicClientID: String? {
        switch publicClient {
        case .onLoopback:
            isOffLoopback || clientID == Self.defaultPublicClientID ? nil : Self.defaultPublicClientID
        case .off: nil
        case .id(let id): id
        }
    }

    /// The identifiers of all clients.
    var clientIDs: [String] { [clientID] + (publicClientID.map { [$0] } ?? []) }

    /// Whether the client still has the public default secret.
    public var hasDefaultSecret: Bool {
        clientSecret == Self.defaultClientSecret
    }

    /// Whether a user still has the public default password.
    public func hasDefaultPassword(_ user: Login) -> Bool {
        user.password == Self.defaultPassword
    }

    /// Whether any credential is a public default.
    public var hasDefaultCredentials: Bool {
        hasDefaultSecret || users.contains(where: hasDefaultPassword)
    }

    /// Whether every program on this machine can use `/debug`.
    public var hasOpenDebug: Bool {
        debug && debugToken == nil && !isOffLoopback
    }

    /// Whether the server listens on all addresses of the machine.
    public var listensEverywhere: Bool {
        ["0.0.0.0", "::"].contains(host)
    }

    /// Whether other machines reach the server without encryption.
    public var isPlainOffLoopback: Bool {
        isOffLoopback && publicURL.flatMap(Origin.init(_:))?.scheme != "https"
    }

    /// The addresses to listen on; the first must exist.
    var addresses: [String] {
        host == "localhost" ? ["127.0.0.1", "::1"] : [host]
    }

    /// Whether other machines may reach the server: by its address, or through a proxy.
    var isOffLoopback: Bool {
        let hasPublicName = publicURL.flatMap(Origin.init(_:)).map { !$0.isLoopback } ?? false
        return hasPublicName || !addresses.allSatisfy(Origin.isLoopback(host:))
    }
}
