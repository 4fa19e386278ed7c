internal import ArgumentParser
internal import StaticAuthServer

/// One setting: its name, its key in the library, its place among the parsed flags, and the parser of its text.
///
/// The name makes the flag (`--client-id`), the variable (`MCP_STATIC_CLIENT_ID`) and the line in `.env`.
struct Setting<Flags>: Sendable {
    let name: String
    let flag: String
    let variable: String
    /// Nil for a setting of the process around the server.
    let key: SettingKey?
    let texts: @Sendable (Flags) -> [String]
    let shape: SettingShape
    /// Whether its value is, or may contain, a secret: the process list does not show it, and a file may hold it.
    let isSecret: Bool
    let apply: @Sendable (inout LaunchOptions, [String]) throws -> Void

    init(
        _ name: String, _ key: SettingKey?, _ texts: @escaping @Sendable (Flags) -> [String],
        shape: SettingShape = .single, isSecret: Bool = false,
        apply: @escaping @Sendable (inout LaunchOptions, [String]) throws -> Void
    ) {
        (self.name, self.key, self.texts, self.shape, self.apply) = (name, key, texts, shape, apply)
        self.isSecret = isSecret
        flag = "--" + name
        variable = variablePrefix + name.uppercased().split(separator: "-").joined(separator: "_")
    }

    /// The variable with the path of a file that holds the secret, as container engines mount it.
    var fileVariable: String? { isSecret ? variable + "_FILE" : nil }

    /// The same setting, among the flags of all groups.
    func within<All>(_ group: @escaping @Sendable (All) -> Flags) -> Setting<All> {
        Setting<All>(name, key, { texts(group($0)) }, shape: shape, isSecret: isSecret, apply: apply)
    }
}

/// The number of values of a setting, and their notation.
enum SettingShape {
    /// One value.
    case single
    /// One value, which a flag may omit; it is then `true`.
    case `switch`
    /// Values separated by commas.
    case list
    /// One value per flag, which may contain commas; in a variable commas separate the values.
    case repeatable
}

/// The reason why a text is not a value of a setting.
struct MalformedValue: Error {
    let reason: String
}

/// A group of settings: their flags as text, and a row for each with the parser of its text.
///
/// Every flag is repeatable for the parser, so that a repetition by mistake is reported and not silently dropped.
protocol SettingsGroup: ParsableArguments {
    /// The settings in the order of `--help`.
    static var settings: [Setting<Self>] { get }
}

/// The prefix of all environment variables.
let variablePrefix = "MCP_STATIC_"
