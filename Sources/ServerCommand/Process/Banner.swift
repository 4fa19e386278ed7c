internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// The text on standard error when the server is ready.
struct Banner {
    let server: StaticAuthServer
    let settings: Settings

    var text: String {
        var lines = [
            "static-auth-server \(Version.current) is ready. Ctrl-C stops it.",
            "",
        ]
        if let timeline = server.debugURL { lines.append("  Timeline       \(timeline)") }
        lines += [
            "  MCP server     \(server.mcpURL)",
            "  Client id      \(settings.clientID)",
            "  Client secret  \(secret)",
        ]
        if let id = server.publicClientID { lines.append("  Public client  \(id), without a secret") }
        lines += [
            "  Log in         \(login)",
            "  Connect        static-auth-server config NAME prints what to paste into \(ClientName.allCases.count) clients",
            "  Start page     \(server.baseURL)/",
        ]
        if !warnings.isEmpty { lines += [""] + warnings.map { "  Note: \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }

    private var secret: String {
        if settings.tokenAuth == .none { return "none; the client is public" }
        return settings.hasDefaultSecret ? settings.clientSecret.reveal() : "as you set it"
    }

    private var login: String {
        if let user = settings.autoApprovedUser { return "without a password, always as \(user)" }
        let names = settings.users.map { user in
            user.name + (settings.hasDefaultPassword(user) ? ", password \(user.password.reveal())" : "")
        }
        return "as \(names.joined(separator: " or as "))"
    }

    private var warnings: [String] {
        var found: [String] = []
        if let scenario = settings.scenario.flatMap(Scenario.named) {
            found.append("scenario \(scenario.name): \(scenario.effect)")
        }
        if settings.hasDefaultCredentials {
            found.append("default credentials are public; they are accepted only because this server is on loopback.")
        }
        if settings.hasOpenDebug {
            found.append("forwarding this port to others gives them /debug too, unless --debug-token is set.")
        }
        if settings.isPlainOffLoopback {
            found.append("other machines reach this server over plain http; put a proxy with TLS before it.")
        }
        if settings.listensEverywhere, settings.publicURL == nil {
            found.append("requests by another name than localhost are refused; --public-url says which name is right.")
        }
        return found
    }
}
