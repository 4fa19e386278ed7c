internal import ArgumentParser
internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// The addresses of the server, and its public URL.
struct ListeningSettings: SettingsGroup {
    static var settings: [Setting<Self>] {
        [
            Setting("host", .host, \.host) { $0.settings.host = try one($1) },
            Setting("port", .port, \.port) { $0.settings.port = try number($1) },
            Setting("public-url", .publicURL, \.publicURL) { $0.settings.publicURL = try one($1) },
            Setting("trusted-proxies", .trustedProxies, \.trustedProxies, shape: .list) {
                $0.settings.trustedProxies = try some($1)
            },
        ]
    }

    @Option(
        help: .init(
            "Address to listen on: localhost (127.0.0.1 and ::1) or an IP address. (default: localhost)",
            valueName: "address"))
    var host: [String] = []

    @Option(help: .init("TCP port; 0 takes any that is free. (default: 9003)", valueName: "number"))
    var port: [String] = []

    @Option(
        help: .init(
            "Origin under which clients reach the server, for one behind a proxy, such as https://mcp.example.com. "
                + "(default: as the client asks)", valueName: "url"))
    var publicURL: [String] = []

    @Option(
        name: .customLong("trusted-proxies"),
        help: .init(
            "Proxies whose X-Forwarded-For says where a request comes from: addresses or networks, separated by commas.",
            valueName: "addresses"))
    var trustedProxies: [String] = []
}
