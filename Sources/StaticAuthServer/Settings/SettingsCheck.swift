internal import OAuthServer
internal import HTTPEdge
internal import OAuth

extension Settings {
    /// A setting that makes no sense, alone or beside another.
    public struct Problem: Error, Equatable, Sendable {
        /// The name of the setting's flag without its dashes: `client-id`.
        public let setting: String
        /// What is wrong and what to do.
        public let message: String
        /// Whether the value is sound by itself and does not fit the other settings.
        public let isCombination: Bool

        init(_ setting: String, _ message: String, isCombination: Bool = false) {
            self.setting = setting
            self.message = message
            self.isCombination = isCombination
        }
    }

    /// All problems of a set of settings, for one report.
    public struct Problems: Error, Sendable {
        /// The problems in the order of the settings; at least one.
        public let all: [Problem]
    }

    /// Lists everything that does not make sense; empty when a server can start with these settings.
    ///
    /// - Parameter toolNames: the names of the tools that will be served.
    public func problems(toolNames: [String]) -> [Problem] {
        listening + client + redirects + scopes(toolNames) + people + numbers + debugging + scenarios + safety
    }

    private var listening: [Problem] {
        var found: [Problem] = []
        if host != "localhost", !Origin.isAddress(host) {
            found.append(Problem("host", "'\(host)' is not an address; give localhost or an IP address."))
        }
        if !(0...65535).contains(port) {
            found.append(Problem("port", "\(port) is not a port; give a number from 0 to 65535 (0: any free port)."))
        }
        if let publicURL, Origin(publicURL) == nil {
            found.append(
                Problem(
                    "public-url",
                    "'\(publicURL)' is not an origin; give http or https, a host and perhaps a port, without a path: "
                        + "https://mcp.example.com."))
        }
        do throws(TrustedProxies.Malformed) {
            _ = try TrustedProxies(trustedProxies)
        } catch {
            found.append(
                Problem(
                    "trusted-proxies",
                    "'\(error.text)' is neither an address nor a network without further bits, such as 10.0.0.0/8."))
        }
        return found
    }

    private var client: [Problem] {
        var found: [Problem] = []
        if clientID.isEmpty || !clientID.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) {
            found.append(Problem("client-id", "A client id is one or more printable ASCII characters."))
        }
        if clientSecret.reveal().isEmpty {
            found.append(
                Problem("client-secret", "The secret is empty; for a client without one use --token-auth none."))
        }
        return found
    }

    private var debugging: [Problem] {
        guard let debugToken else { return [] }
        let text = debugToken.reveal()
        guard text.utf8.count >= 16, Set(text.utf8).count >= 8, BearerToken.isWellFormed(text) else {
            return [
                Problem(
                    "debug-token",
                    "Give 16 or more characters of the alphabet of bearer tokens (letters, digits and -._~+/), at least 8 "
                        + "of them different, that nobody can guess: openssl rand -hex 16 prints some.")
            ]
        }
        return []
    }

    /// A scenario makes the server misbehave, so it is only for where debugging is.
    private var scenarios: [Problem] {
        guard let scenario else { return [] }
        guard Scenario.named(scenario) != nil else {
            return [Problem("scenario", "'\(scenario)' is not \(Scenario.advice(for: scenario)).")]
        }
        if !debug {
            return [Problem("scenario", "Scenarios are part of what --no-debug switches off.", isCombination: true)]
        }
        guard debugToken == nil, isOffLoopback else { return [] }
        return [
            Problem(
                "scenario",
                "It makes the server misbehave, and other machines can reach it; give --debug-token too, or leave it out.",
                isCombination: true)
        ]
    }

    private var redirects: [Problem] {
        let unknown = redirectPreset.filter { RedirectPreset.named($0) == nil }.map { name in
            let known = RedirectPreset.all.map(\.name).joined(separator: ", ")
            return Problem("redirect-preset", "'\(name)' is not a known client; known are \(known).")
        }
        let unfit = (redirectURIs ?? []).compactMap { uri -> Problem? in
            guard let reference = URI(uri), reference.fragment == nil, reference.userinfo == nil else {
                return Problem(
                    "redirect-uris", "'\(uri)' is not an absolute URI without a fragment and without user information.")
            }
            guard reference.scheme.lowercased() != "http" || reference.isLoopback else {
                return Problem("redirect-uris", "'\(uri)' sends codes over plain http to another machine; use https.")
            }
            guard !["javascript", "data", "vbscript", "file", "blob", "about"].contains(reference.scheme.lowercased())
            else {
                return Problem("redirect-uris", "'\(uri)' names no application that could receive a code.")
            }
            return nil
        }
        return unknown + unfit
    }

    private func scopes(_ toolNames: [String]) -> [Problem] {
        var found: [Problem] = []
        if let base = try? Scope(parsing: scope), !base.tokens.isEmpty {
            if base.tokens.contains(Scope.offlineAccess) {
                found.append(Problem("scope", "offline_access is always accepted and never required; leave it out."))
            }
        } else {
            found.append(Problem("scope", "'\(scope)' is not a list of scopes; separate them by one space."))
        }
        for (tool, scope) in requireScope.sorted(by: { $0.key < $1.key }) {
            if !toolNames.contains(tool) {
                let known = toolNames.joined(separator: ", ")
                found.append(
                    Problem("require-scope", "There is no tool '\(tool)'; the tools are \(known).", isCombination: true)
                )
            }
            if (try? Scope(parsing: scope))?.tokens.count != 1 {
                found.append(Problem("require-scope", "'\(scope)' is not one scope; write TOOL=SCOPE."))
            }
        }
        for uri in resource where (try? ResourceIndicator(uri)) == nil {
            found.append(Problem("resource", "'\(uri)' is not an absolute URI without a fragment."))
        }
        return found
    }

    private var people: [Problem] {
        var found: [Problem] = []
        if users.isEmpty { found.append(Problem("user", "Nobody could log in; give NAME:PASSWORD.")) }
        for name in Set(users.map(\.name)) where users.filter({ $0.name == name }).count > 1 {
            found.append(Problem("user", "The user '\(name)' is given twice."))
        }
        for user in users where user.name.isEmpty || user.password.reveal().isEmpty {
            found.append(Problem("user", "A name or a password is empty; write NAME:PASSWORD."))
        }
        if users.contains(where: { $0.name == clientID }) {
            found.append(
                Problem(
                    "user",
                    "A user has the name of the client, whose own tokens could be taken for theirs; change one.",
                    isCombination: true))
        }
        if case .user(let name) = autoApprove, !users.contains(where: { $0.name == name }) {
            found.append(
                Problem("auto-approve", "There is no user '\(name)'; name one that --user gives.", isCombination: true))
        }
        return found
    }

    private var numbers: [Problem] {
        let lifetimes = [
            ("access-token-ttl", accessTokenTTL), ("refresh-token-ttl", refreshTokenTTL), ("code-ttl", codeTTL),
        ]
        var found = lifetimes.filter { $0.1 <= .zero || $0.1 > Self.longest }.map { name, _ in
            Problem(name, "Give a number of seconds from 1 to \(Self.longest.components.seconds).")
        }
        if case .grace(let time) = refresh, time <= .zero || time > Self.longest {
            found.append(Problem("refresh", "Give grace:SECONDS with 1 to \(Self.longest.components.seconds) seconds."))
        }
        if case .fixed(let time) = advertiseExpiresIn, time < .zero || time > Self.longest {
            found.append(
                Problem(
                    "advertise-expires-in",
                    "Give a number of seconds from 0 to \(Self.longest.components.seconds), omit or string."))
        }
        if let rateLimit, rateLimit < 0 {
            found.append(Problem("rate-limit", "Give a number of calls a minute; 0 switches the limit off."))
        }
        if listChangedInterval < .zero || listChangedInterval > Self.longest {
            found.append(Problem("list-changed-interval", "Give a number of seconds; 0 means never."))
        }
        return found
    }

    /// What everybody knows, or lets everybody in, stays on this machine.
    private var safety: [Problem] {
        guard isOffLoopback else { return [] }
        let isBehindPlainProxy = isPlainOffLoopback && addresses.allSatisfy(Origin.isLoopback(host:))
        let reason = "other machines can reach this server"
        var found: [Problem] = []
        if hasDefaultSecret {
            found.append(
                Problem(
                    "client-secret", "The default secret is public, and \(reason); set one of your own.",
                    isCombination: true))
        }
        for user in users where hasDefaultPassword(user) {
            found.append(
                Problem(
                    "user", "'\(user.name)' has the default password, which is public, and \(reason); set another one.",
                    isCombination: true))
        }
        if isBehindPlainProxy {
            found.append(
                Problem(
                    "public-url", "Tokens would cross the network in plain http; give an https URL.",
                    isCombination: true))
        }
        if autoApprove != .off {
            found.append(
                Problem("auto-approve", "It lets everybody in, and \(reason); leave it out.", isCombination: true))
        }
        return found
    }

    /// Ten years, so that no sum of instants overflows.
    private static let longest = Duration.seconds(315_360_000)
}
