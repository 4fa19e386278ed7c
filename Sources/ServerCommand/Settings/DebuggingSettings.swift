internal import ArgumentParser
internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// The debug features, and the scenario at the start.
struct DebuggingSettings: SettingsGroup {
    static var settings: [Setting<Self>] {
        [
            Setting("no-debug", .debug, \.noDebug, shape: .switch) { $0.settings.debug = !(try truth($1)) },
            Setting("scenario", .scenario, \.scenario) { $0.settings.scenario = try one($1) },
            Setting("debug-token", .debugToken, \.debugToken, isSecret: true) {
                $0.settings.debugToken = Secret(try one($1))
            },
        ]
    }

    @Option(help: .init("Switches /debug off.", valueName: "true|false"))
    var noDebug: [String] = []

    @Option(
        help: .init(
            "Behaviour of some real server that breaks some real client, to be played from the start; "
                + "'static-auth-server scenarios' lists them.", valueName: "name"))
    var scenario: [String] = []

    @Option(
        help: .init(
            "What /debug asks for as bearer token; off loopback there is no /debug without. Better given as "
                + "MCP_STATIC_DEBUG_TOKEN.", valueName: "token"))
    var debugToken: [String] = []
}
