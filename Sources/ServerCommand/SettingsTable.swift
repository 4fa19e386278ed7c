internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// What the process was asked to do: the server's settings, and those of the process around it.
struct LaunchOptions {
    var settings = Settings()
    var store = StoreChoice.memory
    var storeWait = Duration.zero
    var readyFile: String?
    var logLevel = Log.Level.info
    var logFormat = Log.Format.text
}

/// One setting: its name, where the command line has it, and what its text means.
///
/// The name makes the flag (`--client-id`), the variable (`MCP_STATIC_CLIENT_ID`) and the line in `.env`.
struct Setting {
    let name: String
    let flag: (StaticAuthServerCommand) -> [String]
    var shape = Shape.single
    let apply: (inout LaunchOptions, [String]) throws -> Void

    /// How many values it holds, and how they are written.
    enum Shape {
        /// One value.
        case single
        /// Values separated by commas.
        case list
        /// A value for each flag, which may hold commas; in a variable they are separated by commas.
        case repeatable
    }

    /// Why a text is not a value of the setting.
    struct Malformed: Error {
        let reason: String
    }

    var variable: String {
        variablePrefix + String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    }
}

/// What the names of all our environment variables begin with.
let variablePrefix = "MCP_STATIC_"

/// All settings but `--env-file`, in the order of `--help`.
var settingsTable: [Setting] {
    [
        Setting(name: "host", flag: \.listen.host) { $0.settings.host = try one($1) },
        Setting(name: "port", flag: \.listen.port) { $0.settings.port = try number($1) },
        Setting(name: "public-url", flag: \.listen.publicURL) { $0.settings.publicURL = try one($1) },
        Setting(name: "trusted-proxies", flag: \.listen.trustedProxies, shape: .list) {
            $0.settings.trustedProxies = try some($1)
        },

        Setting(name: "client-id", flag: \.client.clientID) { $0.settings.clientID = try one($1) },
        Setting(name: "client-secret", flag: \.client.clientSecret) { $0.settings.clientSecret = Secret(try one($1)) },
        Setting(name: "token-auth", flag: \.client.tokenAuth) { $0.settings.tokenAuth = try choice($1) },
        Setting(name: "redirect-uris", flag: \.client.redirectURIs, shape: .list) {
            $0.settings.redirectURIs = try some($1)
        },
        Setting(name: "redirect-match", flag: \.client.redirectMatch) { $0.settings.redirectMatch = try choice($1) },
        Setting(name: "redirect-preset", flag: \.client.redirectPreset, shape: .list) {
            $0.settings.redirectPreset = $1
        },

        Setting(name: "scope", flag: \.access.scope) { $0.settings.scope = try one($1) },
        Setting(name: "require-scope", flag: \.access.requireScope, shape: .repeatable) { launch, texts in
            launch.settings.requireScope = [:]
            for text in try some(texts) {
                let (tool, scope) = try pair(text, separator: "=", form: "TOOL=SCOPE")
                launch.settings.requireScope[tool] = scope
            }
        },
        Setting(name: "resource", flag: \.access.resource, shape: .list) { $0.settings.resource = try some($1) },
        Setting(name: "user", flag: \.access.user, shape: .repeatable) { launch, texts in
            launch.settings.users = try some(texts).map { text in
                let (name, password) = try pair(text, separator: ":", form: "NAME:PASSWORD")
                return .init(name: name, password: Secret(password))
            }
        },
        Setting(name: "auto-approve", flag: \.access.autoApprove) {
            switch try one($1) {
            case "true", "1": $0.settings.autoApprove = .firstUser
            case "false", "0": $0.settings.autoApprove = .off
            case let name: $0.settings.autoApprove = .user(name)
            }
        },
        Setting(name: "access-token-ttl", flag: \.access.accessTokenTTL) {
            $0.settings.accessTokenTTL = try seconds($1)
        },
        Setting(name: "refresh-token-ttl", flag: \.access.refreshTokenTTL) {
            $0.settings.refreshTokenTTL = try seconds($1)
        },
        Setting(name: "code-ttl", flag: \.access.codeTTL) { $0.settings.codeTTL = try seconds($1) },

        Setting(name: "store", flag: \.memory.store) { $0.store = try StoreChoice(one($1)) },
        Setting(name: "store-wait", flag: \.memory.storeWait) { $0.storeWait = try patience($1) },
        Setting(name: "refresh", flag: \.access.refresh) { $0.settings.refresh = try refreshPolicy($1) },
        Setting(name: "refresh-drops-scope", flag: \.access.refreshDropsScope) {
            $0.settings.refreshDropsScope = try truth($1)
        },
        Setting(name: "advertise-expires-in", flag: \.access.advertiseExpiresIn) {
            switch try one($1) {
            case "omit": $0.settings.advertiseExpiresIn = .omitted
            case "string": $0.settings.advertiseExpiresIn = .string
            case _: $0.settings.advertiseExpiresIn = .fixed(try seconds($1, or: "omit or string"))
            }
        },

        Setting(name: "post-responses", flag: \.mcp.postResponses) { $0.settings.postResponses = try choice($1) },
        Setting(name: "rate-limit", flag: \.mcp.rateLimit) { $0.settings.rateLimit = try number($1) },
        Setting(name: "list-changed-interval", flag: \.mcp.listChangedInterval) {
            $0.settings.listChangedInterval = try seconds($1)
        },

        Setting(name: "no-debug", flag: \.debug.noDebug) { $0.settings.debug = !(try truth($1)) },
        Setting(name: "scenario", flag: \.debug.scenario) { $0.settings.scenario = try one($1) },
        Setting(name: "debug-token", flag: \.debug.debugToken) { $0.settings.debugToken = Secret(try one($1)) },

        Setting(name: "ready-file", flag: \.process.readyFile) { $0.readyFile = try one($1) },
        Setting(name: "log-level", flag: \.process.logLevel) { $0.logLevel = try choice($1) },
        Setting(name: "log-format", flag: \.process.logFormat) { $0.logFormat = try choice($1) },
    ]
}

private func one(_ texts: [String]) throws(Setting.Malformed) -> String {
    guard texts.count == 1, let text = texts.first else { throw .init(reason: "It is given more than once.") }
    guard !text.isEmpty else { throw .init(reason: "It is empty; give a value or leave it out.") }
    return text
}

private func some(_ texts: [String]) throws(Setting.Malformed) -> [String] {
    guard texts.contains(where: { !$0.isEmpty }) else {
        throw .init(reason: "It is empty; give a value or leave it out.")
    }
    return texts
}

private func number(_ texts: [String], or words: String? = nil) throws(Setting.Malformed) -> Int {
    let text = try one(texts)
    guard let number = Int(text), text.first != "+" else {
        throw .init(reason: "'\(text)' is not a whole number\(words.map { ", nor \($0)" } ?? "").")
    }
    return number
}

private func seconds(_ texts: [String], or words: String? = nil) throws(Setting.Malformed) -> Duration {
    .seconds(try number(texts, or: words))
}

private func refreshPolicy(_ texts: [String]) throws(Setting.Malformed) -> RefreshPolicy {
    switch try one(texts) {
    case "rotate": return .rotate
    case "reuse": return .reuse
    case "none": return .none
    case let text where text.hasPrefix("grace:"): return .grace(try seconds([String(text.dropFirst(6))]))
    case let text: throw .init(reason: "'\(text)' is not one of rotate, reuse, grace:SECONDS, none.")
    }
}

private func truth(_ texts: [String]) throws(Setting.Malformed) -> Bool {
    switch try one(texts) {
    case "true", "1": true
    case "false", "0": false
    case let text: throw .init(reason: "'\(text)' is not true or false.")
    }
}

private func patience(_ texts: [String]) throws(Setting.Malformed) -> Duration {
    let wait = try seconds(texts)
    guard (.zero ... .seconds(86_400)).contains(wait) else {
        throw .init(reason: "Give a number of seconds from 0 to 86400.")
    }
    return wait
}

private func choice<Value>(_ texts: [String]) throws(Setting.Malformed) -> Value
where Value: RawRepresentable<String> & CaseIterable {
    let text = try one(texts)
    guard let value = Value(rawValue: text) else {
        let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw .init(reason: "'\(text)' is not one of \(known).")
    }
    return value
}

private func pair(
    _ text: String, separator: Character, form: String
) throws(Setting.Malformed) -> (String, String) {
    guard let mark = text.firstIndex(of: separator), mark != text.startIndex else {
        throw .init(reason: "A value does not have the form \(form).")
    }
    return (String(text[..<mark]), String(text[text.index(after: mark)...]))
}
