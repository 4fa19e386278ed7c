internal import ArgumentParser

/// The server and the connection options of every command.
struct ServerOptions: ParsableArguments {
    @Argument(help: .init("The URL of the MCP server, or the name of a stored one.", valueName: "server"))
    var server: String

    @OptionGroup(title: "The client") var client: ClientOptions
    @OptionGroup(title: "Logging in") var login: LoginOptions
    @OptionGroup(title: "Talking to the server") var talk: TalkOptions
    @OptionGroup(title: "Output and files") var common: CommonOptions
}

struct ClientOptions: ParsableArguments {
    @Option(name: .customLong("client-id"), help: .init("The identifier of the registered client.", valueName: "id"))
    var clientID: String?

    @Flag(
        name: .customLong("client-secret"),
        help: "Ask for the client's secret. MCP_CLIENT_SECRET, where it is set, is taken without asking.")
    var asksForSecret = false

    @Option(
        name: .customLong("client-metadata-url"),
        help: .init("The URL of a client id metadata document, for servers that take one.", valueName: "url"))
    var clientDocument: String?
}

struct LoginOptions: ParsableArguments {
    @Option(help: .init("The scopes to ask for, separated by spaces. (default: what the server suggests)"))
    var scope: String?

    @Option(
        name: .customLong("callback-port"),
        help: .init(
            "Ports to receive the callback at, tried in order, separated by commas. (default: any that is free)",
            valueName: "ports"))
    var callbackPorts: String?

    @Option(name: .customLong("callback-host"), help: .init("127.0.0.1 or localhost, as the server has it registered."))
    var callbackHost = "127.0.0.1"

    @Option(name: .customLong("callback-path"), help: .init("The path of the callback.", valueName: "path"))
    var callbackPath = "/callback"

    @Flag(name: .customLong("no-browser"), help: "Show the URL to open, and ask for the URL that the browser ends at.")
    var hasNoBrowser = false

    @Flag(help: "Log in without a person: with --username and the password on standard input.")
    var headless = false

    @Option(help: .init("The user to log in as with --headless.", valueName: "name"))
    var username: String?

    @Flag(name: .customLong("password-stdin"), help: "Read the password from standard input.")
    var readsPassword = false

    @Flag(name: .customLong("no-login"), help: "Never ask anybody: fail when a login is needed.")
    var neverAsks = false

    @Option(name: .customLong("login-timeout"), help: .init("Seconds that a person may take.", valueName: "seconds"))
    var loginTimeout = 300

    @Flag(
        name: .customLong("lenient-resource"),
        help: "Accept metadata whose resource has the same origin and a path that leads to the server's.")
    var isResourceLenient = false

    @Flag(
        name: .customLong("assume-endpoints"),
        help: "Assume /authorize and /token where a server of 2025-03-26 has no metadata. PKCE cannot be checked then.")
    var mayAssumeEndpoints = false
}

struct TalkOptions: ParsableArguments {
    @Option(help: .init("auto, modern, legacy, or one revision such as 2025-11-25.", valueName: "era"))
    var era = "auto"

    @Option(
        help: .init(
            "Seconds without a sign of life from the server: an answer, or progress. (default: 30; for the bridge none, as "
                + "the host has the clock)", valueName: "seconds"))
    var timeout: Int?
}

struct CommonOptions: ParsableArguments {
    @Option(help: .init("text or json; junit for the doctor."))
    var output = Output.Form.text

    @Flag(help: "Show requests and answers on standard error, without their secrets.")
    var trace = false

    @Option(
        help: .init(
            "The file of named servers. (default: mcp.json in the configuration directory, then .mcp.json here)",
            valueName: "path"))
    var config: String?

    @Option(
        name: .customLong("token-key-file"),
        help: .init("A file with the key that encrypts stored tokens; MCP_TOKEN_KEY holds one too.", valueName: "path"))
    var tokenKeyFile: String?
}
