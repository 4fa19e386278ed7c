internal import ArgumentParser
internal import Logging
internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// The process around the server.
struct ProcessSettings: SettingsGroup {
    static var settings: [Setting<Self>] {
        [
            Setting("ready-file", nil, \.readyFile) { $0.readyFile = try one($1) },
            Setting("print-ready", nil, \.printReady, shape: .switch) { $0.printsReady = try truth($1) },
            Setting("log-level", nil, \.logLevel) { $0.logLevel = try choice($1) },
            Setting("log-format", nil, \.logFormat) { $0.logFormat = try choice($1) },
            Setting("color", nil, \.color) { $0.color = try choice($1) },
        ]
    }

    @Option(help: .init("File to write, as JSON, once connections are accepted.", valueName: "path"))
    var readyFile: [String] = []

    @Option(help: .init("Whether to print that as a line on standard output. (default: false)", valueName: "bool"))
    var printReady: [String] = []

    @Option(
        help: .init(
            "Least level to log: trace, debug, info, notice, warning, error or critical. (default: info)",
            valueName: "level"))
    var logLevel: [String] = []

    @Option(
        help: .init(
            "Form of the log on standard error: terminal (a line for people), text (key=value) or json. (default: "
                + "terminal at a terminal, text elsewhere)", valueName: "form"))
    var logFormat: [String] = []

    @Option(
        help: .init(
            "Colours of the form terminal: auto (at a terminal, unless NO_COLOR is set), always or never. "
                + "(default: auto)", valueName: "when"))
    var color: [String] = []

    @Option(
        help: .init("File of settings to read; it must exist. (default: .env, where there is one)", valueName: "path"))
    var envFile: [String] = []
}
