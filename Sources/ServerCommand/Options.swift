internal import ArgumentParser

/// The flags, as text: what they mean is in the table of settings, for flags, variables and `.env` lines alike.
///
/// Every option is repeatable here, so that one given twice by mistake is reported and not silently dropped.
struct ListenOptions: ParsableArguments {
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

struct ClientOptions: ParsableArguments {
    @Option(help: .init("Identifier of the one registered client. (default: static-mcp-client-001)", valueName: "id"))
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
            "Known clients whose redirect URIs are registered as well, separated by commas: claude-code, claude-ai, "
                + "vscode, cursor, mcp-remote, inspector, codex, gemini-cli, chatgpt, opencode, kiro, conformance.",
            valueName: "names"))
    var redirectPreset: [String] = []
}

struct AccessOptions: ParsableArguments {
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

struct StoreOptions: ParsableArguments {
    @Option(
        help: .init(
            "What keeps grants and sessions: memory, sqlite:PATH, redis://[:PASSWORD@]HOST:PORT[/DB], or redis, which "
                + "reads REDIS_URL. (default: memory)", valueName: "store"))
    var store: [String] = []

    @Option(
        help: .init(
            "How long to wait at the start for a store that does not answer. (default: 0)", valueName: "seconds"))
    var storeWait: [String] = []
}

struct MCPOptions: ParsableArguments {
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

struct DebugOptions: ParsableArguments {
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

struct ProcessOptions: ParsableArguments {
    @Option(help: .init("File to write, as JSON, once connections are accepted.", valueName: "path"))
    var readyFile: [String] = []

    @Option(help: .init("Least level to log: debug, info, warning or error. (default: info)", valueName: "level"))
    var logLevel: [String] = []

    @Option(help: .init("Form of the log on standard error: text or json. (default: text)", valueName: "form"))
    var logFormat: [String] = []

    @Option(
        help: .init("File of settings to read; it must exist. (default: .env, where there is one)", valueName: "path"))
    var envFile: [String] = []
}
