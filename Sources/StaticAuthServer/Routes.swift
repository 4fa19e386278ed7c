internal import FlowRecorder
internal import HTTPEdge
internal import MCPCore
internal import OAuthServer

/// All paths of the server.
struct Routes: Sendable {
    /// The route at a path with its rules.
    final class Entry: Sendable {
        /// The name of the endpoint.
        let name: EndpointName
        /// The permitted methods; nil for all.
        let methods: [HTTPMethod]?
        /// Whether pages of allowed origins may read the answers (CORS).
        let isForPrograms: Bool
        /// The guard of a debug path; nil for other paths.
        let access: DebugGuard?
        let route: any Responder
        /// The maximum size of the body in bytes; small for forms and for requests that need no body.
        let maximumBody: Int

        init(
            _ name: EndpointName, methods: [HTTPMethod]?, isForPrograms: Bool, access: DebugGuard? = nil,
            maximumBody: Int = 64 << 10,
            route: any Responder
        ) {
            self.name = name
            self.maximumBody = maximumBody
            self.methods = methods
            self.isForPrograms = isForPrograms
            self.access = access
            self.route = route
        }
    }

    private let entries: [String: Entry]

    init(_ parts: Components) {
        let (read, submit): ([HTTPMethod], [HTTPMethod]) = ([.get, .head], [.post])
        let server = parts.authorizationServer
        let metadata = server.metadata
        func page(_ name: EndpointName, _ methods: [HTTPMethod], _ route: any Route) -> Entry {
            Entry(name, methods: methods, isForPrograms: false, route: route)
        }
        func program(_ name: EndpointName, _ methods: [HTTPMethod]?, _ route: any Responder) -> Entry {
            Entry(name, methods: methods, isForPrograms: true, route: route)
        }
        var entries = [
            Path.home: page(
                .home, read,
                HomeRoute(
                    clientID: parts.clientID, hasSecret: parts.hasSecret, publicClientID: parts.publicClientID,
                    toolNames: parts.toolNames, cards: parts.clientCards, publicCredentials: parts.publicCredentials,
                    access: parts.debug?.access)),
            EndpointPath.authorize.rawValue: page(
                .authorize, read + submit,
                AuthorizeRoute(endpoint: server.authorization, autoApprovedUser: parts.autoApprovedUser)),
            Path.login: page(
                .login, read + submit,
                LoginRoute(endpoint: server.authorization, defaultUser: parts.defaultUser)),
            Path.callback: page(
                .callback, read,
                CallbackRoute(
                    clientID: parts.clientID, hasSecret: parts.hasSecret, publicClientID: parts.publicClientID,
                    isScripted: parts.debug != nil)),
            EndpointPath.token.rawValue: program(.token, submit, TokenRoute(endpoint: server.token)),
            EndpointPath.introspect.rawValue: program(
                .introspect, submit, IntrospectRoute(endpoint: server.introspection)),
            EndpointPath.revoke.rawValue: program(.revoke, submit, RevokeRoute(endpoint: server.revocation)),
            EndpointPath.register.rawValue: program(
                .register, nil,
                RegisterRoute(
                    clientID: parts.clientID, hasSecret: parts.hasSecret, publicClientID: parts.publicClientID)),
            Path.authorizationServerMetadata: program(
                .metadata, read, AuthorizationServerMetadataRoute(metadata: metadata)),
            Path.originMetadata: program(.resourceMetadata, read, OriginMetadataRoute(metadata: metadata)),
            Path.protectedResourceMetadata: program(
                .resourceMetadata, read, ProtectedResourceMetadataRoute(metadata: metadata)),
            Path.mcp: Entry(
                .mcp, methods: [.get, .post, .delete], isForPrograms: true, maximumBody: Self.documents,
                route: parts.mcp),
            Path.health: page(.health, read, HealthRoute(store: server.store, background: parts.background)),
        ]
        if let debug = parts.debug { entries.merge(Self.debug(debug, parts)) { entry, _ in entry } }
        self.entries = entries
    }

    /// The entry of a path; below a debug path the last component may be an id.
    subscript(path: String) -> Entry? {
        if let entry = entries[path] { return entry }
        guard Path.isDebug(path), let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return entries[path[..<slash] + Self.anything]
    }

    static let anything = "/*"
    /// The maximum size of an MCP message, in bytes.
    static let documents = 1 << 20
}
