internal import ArgumentParser

/// One setting: its name, where the parsed flags have it, and what its text means.
///
/// The name makes the flag (`--client-id`), the variable (`MCP_STATIC_CLIENT_ID`) and the line in `.env`.
struct Setting<Flags> {
    let name: String
    let texts: (Flags) -> [String]
    let shape: SettingShape
    let apply: (inout LaunchOptions, [String]) throws -> Void

    init(
        _ name: String, _ texts: @escaping (Flags) -> [String], shape: SettingShape = .single,
        apply: @escaping (inout LaunchOptions, [String]) throws -> Void
    ) {
        (self.name, self.texts, self.shape, self.apply) = (name, texts, shape, apply)
    }

    var flag: String { "--\(name)" }
    var variable: String { variablePrefix + String(name.uppercased().map { $0 == "-" ? "_" : $0 }) }

    /// The same setting, among all flags and not only those of its group.
    func within<All>(_ group: @escaping (All) -> Flags) -> Setting<All> {
        Setting<All>(name, { texts(group($0)) }, shape: shape, apply: apply)
    }
}

/// How many values a setting holds, and how they are written.
enum SettingShape {
    /// One value.
    case single
    /// One value, which a flag may leave out: it is then `true`.
    case `switch`
    /// Values separated by commas.
    case list
    /// A value for each flag, which may hold commas; in a variable they are separated by commas.
    case repeatable
}

/// Why a text is not a value of a setting.
struct MalformedValue: Error {
    let reason: String
}

/// Settings that belong together: their flags, which are text, and a row for each that says what the text means.
///
/// Every flag is repeatable for the parser, so that one given twice by mistake is reported and not silently dropped.
protocol SettingsGroup: ParsableArguments {
    /// The settings in the order of `--help`.
    static var settings: [Setting<Self>] { get }
}

/// What the names of all our environment variables begin with.
let variablePrefix = "MCP_STATIC_"
