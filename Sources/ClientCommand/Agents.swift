internal import MCPClient
internal import OAuth

/// Chooses the way to log in from the options.
enum Agents {
    static func agent(
        _ options: LoginOptions, named: ServerEntry?, web: WebClient, _ environment: ProcessEnvironment
    ) throws -> any AuthorizationAgent {
        let callback = try callback(options, named: named)
        guard options.headless || options.username == nil && !options.readsPassword else {
            throw ClientError(.usage, "--username and --password-stdin go with --headless.", advice: "Add --headless.")
        }
        guard !(options.headless && options.hasNoBrowser) else {
            throw ClientError(.usage, "--headless and --no-browser exclude each other.", advice: "Leave one out.")
        }
        guard options.loginTimeout > 0 else {
            throw ClientError(.usage, "--login-timeout has to be at least one second.")
        }
        guard options.loginTimeout <= CommandContext.longestTime else {
            throw ClientError(.usage, "--login-timeout is a year at the most.")
        }
        if options.headless {
            guard let username = options.username, options.readsPassword else {
                throw ClientError(
                    .usage, "--headless needs --username and --password-stdin.",
                    advice: .sentence(
                        "For example: echo \"$PASSWORD\" | static-auth-client login --headless --username me "
                            + "--password-stdin URL"))
            }
            return HeadlessAgent(
                web: web, username: username, password: try TerminalPrompt.secret("Password"), callback: callback)
        }
        if options.hasNoBrowser {
            return PastedAnswerAgent(callback: callback) { url, problem in
                if let problem {
                    return try TerminalPrompt.line("\(problem) Try again:")
                }
                Output.notice("Open this URL in a browser, on any machine:\n\n  \(url)\n")
                return try TerminalPrompt.line(
                    "After you have approved, the browser ends at an address that may not load. Paste it:")
            }
        }
        return BrowserAgent(callback: callback, timeout: .seconds(options.loginTimeout)) { url in
            if TerminalPrompt.browse(url, environment: environment.variables) {
                Output.notice("The browser opens for the login. If it does not, open this URL:\n\n  \(url)\n")
            } else {
                Output.notice(
                    "There is no browser here. Open this URL on this machine, or use --no-browser:\n\n  \(url)\n")
            }
            Output.notice("Waiting for the login, \(options.loginTimeout) seconds at most …")
        }
    }

    private static func callback(
        _ options: LoginOptions, named: ServerEntry?
    ) throws(ClientError) -> BrowserAgent.Callback {
        var callback = BrowserAgent.Callback()
        guard ["127.0.0.1", "localhost", "[::1]"].contains(options.callbackHost) else {
            throw ClientError(
                .usage, "--callback-host has to be 127.0.0.1, localhost or [::1].",
                advice: "The callback is received on this machine only.")
        }
        guard options.callbackPath.hasPrefix("/") else {
            throw ClientError(.usage, "--callback-path has to begin with a slash.")
        }
        (callback.host, callback.path) = (options.callbackHost, options.callbackPath)
        if let text = options.callbackPorts {
            let ports = text.split(separator: ",").map { Int($0) }
            callback.ports = ports.compactMap { $0 }
            guard callback.ports.count == ports.count, callback.ports.allSatisfy(ServerEntry.ports.contains) else {
                throw ClientError(.usage, "--callback-port is a list of ports, such as 8080,8081.")
            }
        } else {
            callback.ports = try named?.callbackPort().map { [$0] } ?? []
        }
        return callback
    }
}
