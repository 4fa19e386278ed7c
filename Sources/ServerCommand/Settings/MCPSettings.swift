internal import ArgumentParser
internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// The answers of `/mcp`.
struct MCPSettings: SettingsGroup {
    static var settings: [Setting<Self>] {
        [
            Setting("post-responses", .postResponses, \.postResponses) { $0.settings.postResponses = try choice($1) },
            Setting("rate-limit", .rateLimit, \.rateLimit) { $0.settings.rateLimit = try number($1) },
            Setting("list-changed-interval", .listChangedInterval, \.listChangedInterval) {
                $0.settings.listChangedInterval = try seconds($1)
            },
        ]
    }

    @Option(
        help: .init(
            "How POST requests are answered: json, sse, or auto (sse when progress is asked for). (default: json)",
            valueName: "form"))
    var postResponses: [String] = []

    @Option(
        help: .init(
            "Tool calls a minute for each subject; 0 means no limit. (default: 0; 600 off loopback)",
            valueName: "calls"))
    var rateLimit: [String] = []

    @Option(
        help: .init(
            "How often clients are told that the tool list changed; 0 means never. (default: 0)", valueName: "seconds"))
    var listChangedInterval: [String] = []
}
