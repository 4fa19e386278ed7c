public import MCPCore
public import OAuth
public import OAuthServer

/// Everything that can be set, with the defaults of a server on this machine.
///
/// Each property has the name of a flag: `clientID` is `--client-id` and `MCP_STATIC_CLIENT_ID`.
public struct Settings: Sendable {
    /// A person who can log in.
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

    /// Who is logged in without being asked.
    public enum AutoApproval: Equatable, Sendable {
        /// Nobody: a person logs in.
        case off
        /// The first of ``Settings/users``.
        case firstUser
        /// The user of this name.
        case user(String)
    }

    /// `localhost`, which is 127.0.0.1 and, where the machine has it, ::1; or an IP address to listen on.
    public var host = "localhost"
    /// The TCP port; 0 takes any that is free.
    public var port = 9003
    /// The origin under which clients reach the server, such as `https://mcp.example.com`; nil: as they ask.
    public var publicURL: String?
    /// Addresses and networks of proxies whose `X-Forwarded-For` says where a request comes from.
    public var trustedProxies: [String] = []

    /// The identifier of the one registered client.
    public var clientID = "static-mcp-client-001"
    /// The secret of the one registered client.
    public var clientSecret = Settings.defaultClientSecret
    /// How the client authenticates at the token endpoint.
    public var tokenAuth = TokenAuthentication.any
    /// The registered redirect URIs; nil: that of the original sample, and our own callback page.
    public var redirectURIs: [String]?
    /// How redirect URIs are compared; nil: `loopback` on a loopback address, `exact` elsewhere.
    public var redirectMatch: RedirectMatch?
    /// Names of clients whose known redirect URIs are registered as well.
    public var redirectPreset: [String] = []

    /// The scopes every token needs, separated by a space.
    public var scope = "user"
    /// For a tool's name the further scope that a call of it needs.
    public var requireScope: [String: String] = [:]
    /// Identifiers of other resources that tokens may be asked for; such tokens are refused here.
    public var resource: [String] = []

    /// The people who can log in.
    public var users = [Login(name: "demo_user", password: Settings.defaultPassword)]
    /// Who is logged in without being asked.
    public var autoApprove = AutoApproval.off

    /// How long an access token lives.
    public var accessTokenTTL = Duration.seconds(3600)
    /// How long a refresh token lives unused.
    public var refreshTokenTTL = Duration.seconds(2_592_000)
    /// How long an authorization code lives.
    public var codeTTL = Duration.seconds(300)
    /// What becomes of a refresh token that is used.
    public var refresh = RefreshPolicy.rotate
    /// Whether a refresh that names no scope loses the scopes of single tools.
    public var refreshDropsScope = false
    /// What token responses say about the life of an access token.
    public var advertiseExpiresIn = AdvertisedLifetime.real

    /// How POST requests to /mcp are answered.
    public var postResponses = Policy.PostResponses.json
    /// Tool calls a minute for each subject; 0: no limit; nil: none on a loopback address, 600 elsewhere.
    public var rateLimit: Int?
    /// How often clients are told that the tool list changed; zero: never.
    public var listChangedInterval = Duration.zero

    /// Whether /debug exists: on a loopback address for this machine, elsewhere with ``debugToken`` only.
    public var debug = true
    /// The name of the scenario that is played from the start; nil: none.
    public var scenario: String?
    /// What has to be sent as bearer token to use /debug; nil: on a loopback address nothing.
    public var debugToken: Secret?

    /// What is asked of the parameter `resource`; only scenarios change it.
    var resourceRule = ResourceRule.lenient
    /// A scope that is accepted and never granted; only scenarios set it.
    var withheldScope: String?

    /// The settings of a server on this machine.
    public init() {}

    /// The secret that everybody knows.
    public static let defaultClientSecret = Secret("your-secret-key-change-this-in-production")
    /// The password that everybody knows.
    public static let defaultPassword = Secret("demo_password")
    /// The redirect URI that the original sample registered.
    static let sampleRedirectURI = "http://localhost:3031/callback"
}

extension Settings {
    /// The name of the one who is logged in without being asked; nil when a person logs in.
    public var autoApprovedUser: String? {
        switch autoApprove {
        case .off: nil
        case .firstUser: users.first?.name
        case .user(let name): name
        }
    }

    /// Whether the client still has the secret that everybody knows.
    public var hasDefaultSecret: Bool {
        clientSecret == Self.defaultClientSecret
    }

    /// Whether a user still has the password that everybody knows.
    public func hasDefaultPassword(_ user: Login) -> Bool {
        user.password == Self.defaultPassword
    }

    /// Whether anything that lets in is what everybody knows.
    public var hasDefaultCredentials: Bool {
        hasDefaultSecret || users.contains(where: hasDefaultPassword)
    }

    /// Whether `/debug` is there for every program of this machine.
    public var hasOpenDebug: Bool {
        debug && debugToken == nil && !isOffLoopback
    }

    /// Whether every address of the machine is listened on.
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

    /// Whether someone on another machine may reach the server: by its address, or by a proxy before it.
    var isOffLoopback: Bool {
        let hasPublicName = publicURL.flatMap(Origin.init(_:)).map { !$0.isLoopback } ?? false
        return hasPublicName || !addresses.allSatisfy(Origin.isLoopback(host:))
    }
}
