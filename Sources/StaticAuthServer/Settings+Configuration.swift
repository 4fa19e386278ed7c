internal import FlowRecorder
internal import MCPCore
internal import OAuth
internal import OAuthServer
internal import Primitives

extension Configuration {
    init(_ settings: Settings, origins: [String]) {
        let known = settings.redirectPreset.compactMap(RedirectPreset.named).flatMap(\.uris)
        let registered = settings.redirectURIs ?? [Settings.sampleRedirectURI] + origins.map { $0 + Path.callback }
        func client(_ id: String, secret: Digest?, _ authentication: TokenAuthentication) -> RegisteredClient {
            RegisteredClient(
                id: id, secretDigest: secret, redirectURIs: registered + known,
                redirectMatch: settings.redirectMatch ?? (settings.isOffLoopback ? .exact : .loopback),
                authentication: authentication)
        }
        self.init(
            client: client(settings.clientID, secret: settings.clientSecret.digest, settings.tokenAuth),
            users: settings.users.map { User(name: $0.name, passwordDigest: $0.password.digest) }, origins: origins)
        otherClients = settings.publicClientID.map { [client($0, secret: nil, .none)] } ?? []
        baseScope = Scope(settings.scope.split(separator: " ").map(String.init))
        toolScopes = Scope(settings.requireScope.values.sorted())
        otherResources = settings.resource.compactMap { try? ResourceIndicator($0) }
        accessTokenLifetime = settings.accessTokenTTL
        refreshTokenLifetime = settings.refreshTokenTTL
        codeLifetime = settings.codeTTL
        deviations = Deviations(settings)
        resourceName = Product.name
        names = SettingNames(settings.wording)
        publicSecrets = [Settings.defaultClientSecret.digest, Settings.defaultPassword.digest]
    }
}

extension AuthorizationServer {
    /// A server that has no grants, to ask what settings allow.
    init(_ settings: Settings, origins: [String]) {
        self.init(
            configuration: Configuration(settings, origins: origins), store: MemoryGrantStore(), now: { .zero },
            randomBytes: Random.bytes)
    }
}

extension Settings {
    /// The resources that a client may name to a server on a port.
    func knownResources(port: Int) -> KnownResources {
        let origins = OwnOrigins(self, port: port).all.map(\.text)
        return KnownResources(
            own: origins + origins.map { $0 + Path.mcp }, others: resource.compactMap { try? ResourceIndicator($0) })
    }
}

extension Deviations {
    fileprivate init(_ settings: Settings) {
        self.init()
        refreshPolicy = settings.refresh
        refreshDropsScope = settings.refreshDropsScope
        withheldScope = Scope(settings.withheldScope.map { [$0] } ?? [])
        resourceRule = settings.resourceRule
        advertisedLifetime = settings.advertiseExpiresIn
    }
}

extension SettingNames {
    fileprivate init(_ wording: Wording) {
        self.init()
        client = wording[.clientID]
        otherClients = wording[.publicClient]
        users = wording[.users]
        redirectURIs = wording[.redirectURIs]
        customSchemeRedirectURIs = "\(wording[.redirectURIs]), or with \(wording[.redirectPreset])"
        adviceOnKnownURI = { uri in
            RedirectPreset.all.first { $0.uris.contains(uri) }.map { preset in
                let note = preset.note.isEmpty ? "" : " About this client: \(preset.note)"
                let setting = "\(wording[.redirectPreset]) \(preset.name)"
                return "It is one of \(public: preset.client): register it with \(public: setting).\(public: note)"
            }
        }
        publicClient = wording[.publicMode]
        noRefreshTokens = wording[.noRefreshTokens]
    }
}

extension RateLimit {
    /// Nil when tool calls are not limited.
    convenience init?(_ settings: Settings, now: @escaping @Sendable () -> Duration) {
        let perMinute = settings.rateLimit ?? (settings.isOffLoopback ? 600 : 0)
        guard perMinute > 0 else { return nil }
        self.init(perMinute: perMinute, now: now)
    }
}

extension Policy {
    init(_ settings: Settings, _ configuration: Configuration, _ rateLimit: RateLimit?) {
        let needed = settings.requireScope.mapValues { configuration.baseScope.union(Scope([$0])) }
        self.init(
            postResponses: settings.postResponses,
            scopesToRequest: { tool, caller in
                guard let needed = needed[tool], !Scope(caller.scopes).covers(needed) else { return nil }
                return needed.tokens
            },
            toolCallAllowance: { rateLimit?.admit($0.subject) })
    }
}
