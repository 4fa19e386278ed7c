internal import ArgumentParser
internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// Scopes, users, and lifetimes of tokens.
struct AccessSettings: SettingsGroup {
    static var settings: [Setting<Self>] {
        [
            Setting("scope", .scope, \.scope) { $0.settings.scope = try one($1) },
            Setting("require-scope", .requireScope, \.requireScope, shape: .repeatable) { launch, texts in
                launch.settings.requireScope = [:]
                for text in try some(texts) {
                    let (tool, scope) = try pair(text, separator: "=", form: "TOOL=SCOPE")
                    launch.settings.requireScope[tool] = scope
                }
            },
            Setting("resource", .resource, \.resource, shape: .list) { $0.settings.resource = try some($1) },
            Setting("user", .users, \.user, shape: .repeatable, isSecret: true) { launch, texts in
                launch.settings.users = try some(texts).map { text in
                    let (name, password) = try pair(text, separator: ":", form: "NAME:PASSWORD")
                    return .init(name: name, password: Secret(password))
                }
            },
            Setting("auto-approve", .autoApprove, \.autoApprove, shape: .switch) {
                switch try one($1) {
                case "true", "1": $0.settings.autoApprove = .firstUser
                case "false", "0": $0.settings.autoApprove = .off
                case let name: $0.settings.autoApprove = .user(name)
                }
            },
            Setting("access-token-ttl", .accessTokenTTL, \.accessTokenTTL) {
                $0.settings.accessTokenTTL = try seconds($1)
            },
            Setting("refresh-token-ttl", .refreshTokenTTL, \.refreshTokenTTL) {
                $0.settings.refreshTokenTTL = try seconds($1)
            },
            Setting("code-ttl", .codeTTL, \.codeTTL) { $0.settings.codeTTL = try seconds($1) },
            Setting("refresh", .refresh, \.refresh) { $0.settings.refresh = try refreshPolicy($1) },
            Setting("refresh-drops-scope", .refreshDropsScope, \.refreshDropsScope, shape: .switch) {
                $0.settings.refreshDropsScope = try truth($1)
            },
            Setting("advertise-expires-in", .advertiseExpiresIn, \.advertiseExpiresIn) {
                switch try one($1) {
                case "omit": $0.settings.advertiseExpiresIn = .omitted
                case "string": $0.settings.advertiseExpiresIn = .string
                case _: $0.settings.advertiseExpiresIn = .fixed(try seconds($1, or: "omit or string"))
                }
            },
        ]
    }

    @Option(help: .init("Scopes that every token needs, separated by spaces. (default: user)", valueName: "scopes"))
    var scope: [String] = []

    @Option(
        help: .init(
            "A further scope that calls of a tool need, such as echo=echo; repeatable.", valueName: "tool=scope"))
    var requireScope: [String] = []

    @Option(
        help: .init(
            "Other resources that tokens may be asked for, separated by commas; /mcp refuses such tokens.",
            valueName: "uris"))
    var resource: [String] = []

    @Option(
        help: .init(
            "A person who can log in; repeatable. (default: demo_user:demo_password)", valueName: "name:password"))
    var user: [String] = []

    @Option(
        help: .init(
            "Log in without asking, as the named user; without a value, --auto-approve, as the first.",
            valueName: "user"))
    var autoApprove: [String] = []

    @Option(help: .init("How long an access token lives. (default: 3600)", valueName: "seconds"))
    var accessTokenTTL: [String] = []

    @Option(help: .init("How long an unused refresh token lives. (default: 2592000)", valueName: "seconds"))
    var refreshTokenTTL: [String] = []

    @Option(help: .init("How long an authorization code lives. (default: 300)", valueName: "seconds"))
    var codeTTL: [String] = []

    @Option(
        help: .init(
            "What becomes of a used refresh token: rotate (it works once), reuse (it goes on), grace:SECONDS (it works "
                + "that long after its first use), or none (there are none). (default: rotate)", valueName: "policy"))
    var refresh: [String] = []

    @Option(
        help: .init(
            "A refresh that names no scope loses the scopes of single tools. (default: false)",
            valueName: "true|false"))
    var refreshDropsScope: [String] = []

    @Option(
        help: .init(
            "What token responses say as expires_in, whatever is true: a number of seconds, omit, or string (the truth "
                + "as a JSON string). (default: the truth)", valueName: "seconds|omit|string"))
    var advertiseExpiresIn: [String] = []
}

private func refreshPolicy(_ texts: [String]) throws(MalformedValue) -> RefreshPolicy {
    switch try one(texts) {
    case "rotate": return .rotate
    case "reuse": return .reuse
    case "none": return .none
    case let text where text.hasPrefix("grace:"): return .grace(try seconds([String(text.dropFirst(6))]))
    case let text: throw .init(reason: "'\(text)' is not one of rotate, reuse, grace:SECONDS, none.")
    }
}
