internal import ArgumentParser
internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// The registered clients.
struct ClientSettings: SettingsGroup {
    static var settings: [Setting<Self>] {
        [
            Setting("client-id", .clientID, \.clientID) { $0.settings.clientID = try one($1) },
            Setting("client-secret", .clientSecret, \.clientSecret, isSecret: true) {
                $0.settings.clientSecret = Secret(try one($1))
            },
            Setting("token-auth", .tokenAuth, \.tokenAuth) { $0.settings.tokenAuth = try choice($1) },
            Setting("public-client-id", .publicClient, \.publicClientID) {
                let id = try one($1)
                $0.settings.publicClient = id.lowercased() == "none" ? .off : .id(id)
            },
            Setting("redirect-uris", .redirectURIs, \.redirectURIs, shape: .list) {
                $0.settings.redirectURIs = try some($1)
            },
            Setting("redirect-match", .redirectMatch, \.redirectMatch) { $0.settings.redirectMatch = try choice($1) },
            Setting("redirect-preset", .redirectPreset, \.redirectPreset, shape: .list) {
                $0.settings.redirectPreset = $1
            },
        ]
    }

    @Option(help: .init("Identifier of the registered client. (default: static-mcp-client-001)", valueName: "id"))
    var clientID: [String] = []

    @Option(
        help: .init(
            "Its secret; better given as MCP_STATIC_CLIENT_SECRET. (default: your-secret-key-change-this-in-production)",
            valueName: "secret"))
    var clientSecret: [String] = []

    @Option(
        help: .init(
            "How it authenticates: any, basic, post, or none for a public client with PKCE alone. (default: any)",
            valueName: "method"))
    var tokenAuth: [String] = []

    @Option(
        help: .init(
            "Identifier of a public client beside it, with PKCE and without a secret; none for no such client. "
                + "(default: static-mcp-public-001; none off loopback)", valueName: "id|none"))
    var publicClientID: [String] = []

    @Option(
        name: .customLong("redirect-uris"),
        help: .init(
            "Registered redirect URIs, separated by commas. (default: http://localhost:3031/callback and /callback here)",
            valueName: "uris"))
    var redirectURIs: [String] = []

    @Option(
        help: .init(
            "How redirect URIs are compared: loopback (any port and path on this machine), port (any port), exact. "
                + "(default: loopback; exact off loopback)", valueName: "rule"))
    var redirectMatch: [String] = []

    @Option(
        help: .init(
            "Known clients whose redirect URIs are registered as well, separated by commas: "
                + "\(RedirectPreset.all.map(\.name).joined(separator: ", ")).",
            valueName: "names"))
    var redirectPreset: [String] = []
}
