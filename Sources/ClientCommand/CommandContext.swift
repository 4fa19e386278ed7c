internal import MCPClient
internal import OAuth

/// The parts that a command works with, made from its options.
struct CommandContext {
    let server: String
    let output: Output
    let web: WebClient
    let store: TokenStore
    let access: ServerAccess
    let connection: MCPConnection
    /// The way to log in; nil when no person may be asked.
    let agent: (any AuthorizationAgent)?
    /// The client in the options.
    let client: ClientIdentity?

    init(_ options: ServerOptions, asksPerson: Bool? = nil, timeouts: Timeouts? = nil) throws {
        let environment = ProcessEnvironment()
        for (name, known) in environment.misspelt {
            Output.notice("Note: the variable \(name) is not read. Did you mean \(known)?")
        }
        let named =
            options.server.contains("://") ? nil : try NamedServer(options.server, options.common, environment)
        let entry = named?.entry
        server = try entry?.url(environment.variables) ?? options.server
        if let key = KeyInAddress.found(in: server).first {
            Output.notice("Note: the URL carries a key in '\(key)'. It is used now and stored nowhere.")
        }
        output = Output(form: options.common.output)
        var limits = try Self.limits(options.talk)
        // A person wants to know at once; the bridge has the host's time.
        limits.retriesConnecting = timeouts != nil
        web = WebClient(limits: limits, trace: options.common.trace ? Trace { Output.notice($0) } : nil)
        store = try Self.store(options.common, environment)
        let mayAsk = asksPerson ?? !options.login.neverAsks
        agent = mayAsk ? try Agents.agent(options.login, named: entry, web: web, environment) : nil
        let wanted = try Self.access(options, named: named, environment)
        client = wanted.client
        access = try ServerAccess(server: server, web: web, store: store, agent: agent, options: wanted)
        var talk = try Self.connection(options.talk, named: named, environment)
        talk.timeouts = timeouts
        connection = MCPConnection(web: web, access: access, store: store, options: talk)
    }

    // MARK: - Parts

    static func store(_ options: CommonOptions, _ environment: ProcessEnvironment) throws(ClientError) -> TokenStore {
        var key: StoreKey?
        if let path = options.tokenKeyFile {
            key = try StoreKey(file: environment.absolute(path))
        } else if let text = environment.variables["MCP_TOKEN_KEY"], !text.isEmpty {
            key = try StoreKey(text, from: "MCP_TOKEN_KEY")
        }
        return TokenStore(directory: try environment.dataDirectory(), key: key)
    }

    /// A year in seconds, the maximum of all times, so that no sum overflows.
    static let longestTime = 31_536_000

    private static func limits(_ options: TalkOptions) throws(ClientError) -> WebLimits {
        var limits = WebLimits()
        guard let seconds = options.timeout else { return limits }
        guard seconds > 0 else { throw ClientError(.usage, "--timeout has to be at least one second.") }
        guard seconds <= longestTime else { throw ClientError(.usage, "--timeout is a year at the most.") }
        limits.timeout = .seconds(seconds)
        limits.connectTimeout = min(limits.connectTimeout, limits.timeout)
        return limits
    }

    private static func access(
        _ options: ServerOptions, named: NamedServer?, _ environment: ProcessEnvironment
    ) throws -> ServerAccess.Options {
        var access = ServerAccess.Options()
        if let id = options.client.clientID ?? named?.entry.clientID {
            access.client = ClientIdentity(id: id, secret: try secret(options.client, named: named, environment))
        }
        access.clientDocument = options.client.clientDocument
        guard access.clientDocument?.hasPrefix("https://") ?? true else {
            throw ClientError(
                .usage, "--client-metadata-url has to be a URL of https.",
                advice: "The authorization server fetches the document from there.")
        }
        access.scope = options.login.scope.map { Scope($0.split(separator: " ").map(String.init)) }
        access.isResourceLenient = options.login.isResourceLenient
        access.mayAssumeEndpoints = options.login.mayAssumeEndpoints
        return access
    }

    private static func secret(
        _ options: ClientOptions, named: NamedServer?, _ environment: ProcessEnvironment
    ) throws -> Secret? {
        if let text = environment.variables["MCP_CLIENT_SECRET"], !text.isEmpty {
            if let named, !named.isAllowed { throw named.notAllowed(to: "use MCP_CLIENT_SECRET") }
            return Secret(text)
        }
        return options.asksForSecret ? try TerminalPrompt.secret("Client secret") : nil
    }

    private static func connection(
        _ options: TalkOptions, named: NamedServer?, _ environment: ProcessEnvironment
    ) throws(ClientError) -> MCPConnection.Options {
        var connection = MCPConnection.Options()
        guard let era = EraChoice(options.era) else {
            throw ClientError(
                .usage, "--era \(options.era) is none of auto, modern, legacy or a revision.",
                advice: "Revisions are written like 2025-11-25.")
        }
        connection.era = era
        connection.fields =
            try named.map { named throws(ClientError) in
                try named.entry.headers(environment.variables, of: named.name)
            } ?? []
        return connection
    }
}
