internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// The data of one server that a client needs.
struct Instance {
    /// The URL of the server, and its registered clients.
    struct Address {
        let baseURL: String
        var clientID: String
        /// The client without a secret; nil when there is none.
        var publicClientID: String?
    }

    private(set) var address: Address
    /// The method of client authentication at the token endpoint.
    private(set) var authentication: TokenAuthentication
    let scopes: [String]
    let redirectURI: String
    let userName: String
    /// Whether the client secret below is the real one.
    let isSecretShown: Bool
    /// Whether the password below is the real one.
    let isPasswordShown: Bool
    /// The client secret or a placeholder; nil for a public client, which has none.
    private(set) var secret: String?
    /// The password of the user or a placeholder.
    let password: String

    init(_ launch: LaunchOptions, address: Address, reveal: Bool) throws {
        let settings = launch.settings
        self.address = address
        authentication = settings.tokenAuth
        scopes = settings.scope.split(separator: " ").map(String.init)
        redirectURI = settings.redirectURIs?.first ?? address.baseURL + "/callback"
        let user = settings.users.first
        // What everyone can read in the documentation needs no flag.
        isSecretShown = reveal || settings.hasDefaultSecret
        isPasswordShown = reveal || user.map(settings.hasDefaultPassword) ?? true
        userName = user?.name ?? ""
        password = isPasswordShown ? user?.password.reveal() ?? "" : "YOUR_PASSWORD"
        secret = authentication == .none ? nil : isSecretShown ? settings.clientSecret.reveal() : Self.placeholder
    }

    private static let placeholder = "YOUR_CLIENT_SECRET"

    /// The text that stands for the client secret; nil when it is shown, or there is none.
    var placeholder: String? { secret == nil || isSecretShown ? nil : Self.placeholder }

    /// The server for a client that is better off without a secret; unchanged if it has no public client.
    var withoutSecret: Instance {
        guard secret != nil, let id = address.publicClientID else { return self }
        var server = self
        server.address.clientID = id
        (server.authentication, server.secret) = (.none, nil)
        return server
    }

    var baseURL: String { address.baseURL }
    var mcpURL: String { address.baseURL + "/mcp" }
    var clientID: String { address.clientID }
    var scope: String { scopes.joined(separator: " ") }
}

extension Instance.Address {
    /// Takes the URL of a server, with or without the path of its MCP server.
    init?(url: String, clientID: String, publicClientID: String? = nil) {
        guard let uri = URI(url), ["http", "https"].contains(uri.scheme.lowercased()), uri.host != nil,
            ["", "/", "/mcp"].contains(uri.path), uri.query == nil, uri.fragment == nil, uri.userinfo == nil
        else { return nil }
        self.init(
            baseURL: String(url.dropLast(uri.path.count)), clientID: clientID, publicClientID: publicClientID)
    }
}
