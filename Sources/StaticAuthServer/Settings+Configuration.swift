internal import MCPCore
internal import OAuth
internal import OAuthServer

extension Configuration {
    init(_ settings: Settings, origins: [String]) {
        let known = settings.redirectPreset.compactMap(RedirectPreset.named).flatMap(\.uris)
        let registered = settings.redirectURIs ?? [Settings.sampleRedirectURI] + origins.map { $0 + Path.callback }
        self.init(
            client: RegisteredClient(
                id: settings.clientID, secretDigest: settings.clientSecret.digest, redirectURIs: registered + known,
                redirectMatch: settings.redirectMatch ?? (settings.isOffLoopback ? .exact : .loopback),
                authentication: settings.tokenAuth),
            users: settings.users.map { User(name: $0.name, passwordDigest: $0.password.digest) }, origins: origins)
        baseScope = Scope(settings.scope.split(separator: " ").map(String.init))
        toolScopes = Scope(settings.requireScope.values.sorted())
        otherResources = settings.resource.compactMap { try? ResourceIndicator($0) }
        accessTokenLifetime = settings.accessTokenTTL
        refreshTokenLifetime = settings.refreshTokenTTL
        codeLifetime = settings.codeTTL
        refreshPolicy = settings.refresh
        refreshDropsScope = settings.refreshDropsScope
        advertisedLifetime = settings.advertiseExpiresIn
        resourceRule = settings.resourceRule
        withheldScope = Scope(settings.withheldScope.map { [$0] } ?? [])
        publicSecrets = [Settings.defaultClientSecret.digest, Settings.defaultPassword.digest]
    }
}

extension RateLimit {
    /// Nil where tool calls are not limited.
    convenience init?(_ settings: Settings, now: @escaping @Sendable () -> Duration) {
        let perMinute = settings.rateLimit ?? (settings.isOffLoopback ? 600 : 0)
        guard perMinute > 0 else { return nil }
        self.init(perMinute: perMinute, now: now)
    }
}

extension Policy {
    init(_ settings: Settings, _ rateLimit: RateLimit?) {
        self.init(
            postResponses: settings.postResponses, toolScopes: settings.requireScope,
            baseScopes: settings.scope.split(separator: " ").map(String.init),
            toolCallAllowance: { rateLimit?.admit($0.subject) })
    }
}
