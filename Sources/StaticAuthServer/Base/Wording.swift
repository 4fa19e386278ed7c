/// What messages call settings and their values.
///
/// By default in Swift, for a program that embeds the server; a command gives its flags and their notation. A class, so
/// that passing it on is one retain.
public final class Wording: Sendable {
    /// A phrase about settings; its raw value is the default.
    public enum Phrase: String, CaseIterable, Sendable {
        /// The setting of a public client.
        case publicMode = "settings.tokenAuth = .none"
        /// The setting for no refresh tokens.
        case noRefreshTokens = "settings.refresh = .none"
        /// The setting that switches debugging off.
        case noDebug = "settings.debug = false"
        /// The form of a user.
        case user = "Login(name:password:)"
        /// The form of a tool's scope.
        case toolScope = "[tool: scope]"
        /// The form of a grace period for refresh tokens.
        case grace = ".grace(duration)"
        /// The advertised lifetimes that are no number of seconds.
        case advertisedForms = ".omitted or .string"
        /// The list of all scenarios.
        case scenarios = "Scenario.all"
    }

    private let names: [SettingKey: String]
    private let phrases: [Phrase: String]

    /// Takes the names and phrases that differ from the defaults.
    public init(names: [SettingKey: String] = [:], phrases: [Phrase: String] = [:]) {
        (self.names, self.phrases) = (names, phrases)
    }

    /// The name of a setting.
    public subscript(setting: SettingKey) -> String { names[setting] ?? "settings.\(setting.rawValue)" }

    /// A phrase.
    public subscript(phrase: Phrase) -> String { phrases[phrase] ?? phrase.rawValue }
}
