internal import ArgumentParser
internal import Logging
internal import StaticAuthServer

/// The options of `gateway`.
struct GatewayOptions: ParsableArguments {
    @Option(help: .init("The address to listen on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: .init("The port to listen on; 0 for any free one.", valueName: "port"))
    var port = 3000

    @Option(
        name: .customLong("public-url"),
        help: .init("The origin under which browsers reach the gateway. (default: the address)", valueName: "origin"))
    var publicURL: String?

    @Option(
        help: .init(
            "Store sessions in Redis, redis://[[USER]:PASSWORD@]HOST:PORT[/DB]; REDIS_URL holds one too. Needs a key.",
            valueName: "url"))
    var redis: String?

    @Flag(name: .customLong("require-redis"), help: "Do not start while Redis does not answer.")
    var requiresRedis = false

    @Option(
        name: .customLong("allow-callback"),
        help: .init("A callback URL that applications may name; repeatable.", valueName: "url"))
    var callbacks: [String] = []

    @Option(
        name: .customLong("allow-origin"),
        help: .init(
            "An origin whose pages may use the gateway; repeatable. (default: those of the callbacks)",
            valueName: "origin"))
    var origins: [String] = []

    @Flag(
        name: .customLong("allow-private"),
        help: "Call servers in private networks although other machines reach the gateway.")
    var allowsPrivate = false

    @Option(
        name: .customLong("client"),
        help: .init(
            "A registered client, by the URL of its server; repeatable. MCP_CLIENT_SECRET holds the secret of a single "
                + "one.", valueName: "url=id"))
    var clients: [String] = []

    @Option(
        name: .customLong("clients"),
        help: .init(
            "A JSON file of registered clients, by the URL of their server: clientId, clientSecret or clientSecretFile.",
            valueName: "path"))
    var clientsFile: String?

    @Option(
        name: .customLong("token-key-file"),
        help: .init(
            "A file with the key that encrypts stored sessions, 32 bytes in Base64; MCP_TOKEN_KEY holds one too.",
            valueName: "path"))
    var keyFile: String?

    @Option(
        name: .customLong("rate-limit"),
        help: .init(
            "Requests a minute of an address; 0 for no limit. (default: none on loopback, otherwise 600)",
            valueName: "count"))
    var rateLimit: Int?

    @Option(help: .init("Seconds without a sign of life from a server.", valueName: "seconds"))
    var timeout = 30

    @Option(
        name: .customLong("session-idle"),
        help: .init("Seconds after which an unused session ends.", valueName: "seconds"))
    var sessionIdle = 86_400

    @Option(
        name: .customLong("log-level"),
        help: .init("trace, debug, info, notice, warning, error or critical.", valueName: "level"),
        transform: { try Self.choice($0, Logger.Level(rawValue: $0)) })
    var logLevel = Logger.Level.info

    @Option(
        name: .customLong("log-format"), help: .init("text or json; terminal is for people.", valueName: "format"),
        transform: { try Self.choice($0, LineLogHandler.Format(rawValue: $0)) })
    var logFormat = LineLogHandler.Format.text

    @Option(
        name: .customLong("ready-file"),
        help: .init("A file to write, as JSON, once the gateway accepts connections.", valueName: "path"))
    var readyFile: String?

    private static func choice<Value>(_ text: String, _ value: Value?) throws -> Value {
        guard let value else { throw ValidationError("'\(text)' is none of the choices.") }
        return value
    }
}
