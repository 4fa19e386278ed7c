internal import ArgumentParser
internal import MCPClient
internal import OAuth
internal import Primitives

/// `status`: shows the logins, without asking any server.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show where you are logged in, and until when; no server is asked.",
        discussion: "With a server the exit code is 2 when a login is needed there.")

    @Argument(help: .init("The URL of an MCP server, or the name of a stored one. (default: all)", valueName: "server"))
    var server: String?

    @OptionGroup(title: "Output and files") var common: CommonOptions

    func run() async throws {
        try await CommandRunner.reporting(common.output) {
            let environment = ProcessEnvironment()
            let store = try CommandContext.store(common, environment)
            let logins = try await logins(store, environment)
            let now = SystemClock.now()
            let states = try logins.map { LoginState(login: $0, tokens: try store.tokens($0.key), now: now) }
            try Output(form: common.output).result(
                ["logins": .array(states.map { .object($0.document) })],
                text: states.isEmpty
                    ? "Nobody is logged in\(server == nil ? "" : " there")."
                    : states.map(\.text).joined(separator: "\n"))
            if server != nil, states.allSatisfy(\.needsLogin) { throw ExitCodes.loginNeeded }
        }
    }

    /// The logins at the server, or all.
    private func logins(_ store: TokenStore, _ environment: ProcessEnvironment) async throws -> [StoredLogin] {
        guard let server else { return try store.logins().sorted { $0.server < $1.server } }
        let entry = server.contains("://") ? nil : try NamedServer(server, common, environment).entry
        let url = try entry?.url(environment.variables) ?? server
        let web = WebClient()
        let login = try await ServerAccess(server: url, web: web, store: store, agent: nil).login()
        await web.close()
        return login.map { [$0] } ?? []
    }
}

/// What is known of a login without asking its server.
struct LoginState {
    let login: StoredLogin
    /// Nil when they were removed, or taken back.
    let tokens: StoredTokens?
    let now: Duration

    private var isExpired: Bool { tokens?.expiresAt.map { $0 <= now } ?? false }

    /// Whether only a login gives another token.
    var needsLogin: Bool { tokens == nil || isExpired && tokens?.refreshToken == nil }

    var document: JSONObject {
        var document: JSONObject = [
            "server": .string(login.server), "issuer": .string(login.issuer), "client_id": .string(login.client.id),
            "resource": .string(login.resource), "needs_login": .bool(needsLogin), "expired": .bool(isExpired),
            "refreshable": .bool(tokens?.refreshToken != nil),
        ]
        document["scope"] = tokens?.scope.map { .string($0.description) }
        document["expires_at"] = tokens?.expiresAt.map { JSONValue(Int($0.components.seconds)) }
        return document
    }

    /// One line, and two indented ones.
    var text: String {
        let scope = tokens?.scope.map { ", scope '\($0)'" } ?? ""
        return """
            \(login.server.oneLine)
                \("as the client \(login.client.id) of \(login.issuer)\(scope)".oneLine)
                \(time)
            """
    }

    private var time: String {
        guard let tokens else { return "needs a login: there are no tokens any more" }
        guard let end = tokens.expiresAt else { return "logged in; the server names no end of the access token" }
        let moment = LocalTime.string(end, "%Y-%m-%d %H:%M:%S")
        switch (isExpired, tokens.refreshToken != nil) {
        case (false, true): return "logged in; the access token is good until \(moment) and then refreshed"
        case (false, false): return "logged in until \(moment)"
        case (true, true): return "logged in; the access token ended at \(moment) and is refreshed when it is used"
        case (true, false): return "needs a login: the access token ended at \(moment)"
        }
    }
}
