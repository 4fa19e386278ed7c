internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// The data of one server that a client needs.
struct Instance {
    /// The URL of the server, and its registered client.
    struct Address {
        let baseURL: String
        let clientID: String
    }

    let address: Address
    /// The method of client authentication at the token endpoint.
    let authentication: TokenAuthentication
    let scopes: [String]
    let redirectURI: String
    let userName: String
    /// Whether the secrets below are the real ones.
    let isRevealed: Bool
    /// The client secret or a placeholder; nil for a public client, which has none.
    let secret: String?
    /// The password of the user or a placeholder.
    let password: String

    init(_ launch: LaunchOptions, address: Address, reveal: Bool) throws {
        let settings = launch.settings
        self.address = address
        authentication = settings.tokenAuth
        scopes = settings.scope.split(separator: " ").map(String.init)
        redirectURI = settings.redirectURIs?.first ?? address.baseURL + "/callback"
        isRevealed = reveal
        let user = settings.users.first
        userName = user?.name ?? ""
        password = reveal ? user?.password.reveal() ?? "" : "YOUR_PASSWORD"
        secret = authentication == .none ? nil : reveal ? settings.clientSecret.reveal() : "YOUR_CLIENT_SECRET"
    }

    var baseURL: String { address.baseURL }
    var mcpURL: String { address.baseURL + "/mcp" }
    var clientID: String { address.clientID }
    var scope: String { scopes.joined(separator: " ") }
}

extension Instance.Address {
    /// Takes the URL of a server, with or without the path of its MCP server.
    init?(url: String, clientID: String) {
        guard let uri = URI(url), ["http", "https"].contains(uri.scheme.lowercased()), uri.host != nil,
            ["", "/", "/mcp"].contains(uri.path), uri.query == nil, uri.fragment == nil, uri.userinfo == nil
        else { return nil }
        self.init(baseURL: String(url.dropLast(uri.path.count)), clientID: clientID)
    }
}
