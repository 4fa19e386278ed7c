internal import OAuthServer
internal import Primitives

/// The URLs of the server.
struct HomeIndex {
    let origin: String
    let clientID: String
    /// Whether that client has a secret at the token endpoint.
    let hasSecret: Bool
    /// The client without a secret; nil when there is none.
    let publicClientID: String?
    /// Whether the client of the request may use the debug features, perhaps with a debug token.
    let hasDebug: Bool
    /// Whether the debug features need a debug token.
    let needsToken: Bool

    /// As JSON, for programs.
    var json: JSONObject {
        var object: JSONObject = [
            "mcp_url": .string(origin + Path.mcp), "issuer": .string(origin), "client_id": .string(clientID),
            "endpoints": .object(
                urls([
                    ("authorize", EndpointPath.authorize.rawValue), ("login", Path.login),
                    ("callback", Path.callback), ("token", EndpointPath.token.rawValue),
                    ("introspect", EndpointPath.introspect.rawValue), ("revoke", EndpointPath.revoke.rawValue),
                ])),
            "documents": .object(
                urls([
                    ("protected_resource", Path.protectedResourceMetadata),
                    ("authorization_server", Path.authorizationServerMetadata), ("health", Path.health),
                ])),
        ]
        object["public_client_id"] = publicClientID.map { .string($0) }
        guard hasDebug else { return object }
        object["debug"] = .object(
            urls([
                ("timeline", Path.debug), ("report", Path.debugReport), ("scenarios", Path.debugScenarios),
                ("scenario", Path.debugScenario), ("faults", Path.debugFaults), ("clock", Path.debugClock),
                ("issue_token", Path.debugIssue), ("expire_tokens", Path.debugExpire),
                ("revoke_tokens", Path.debugRevoke), ("drop_sessions", Path.debugDrop),
                ("tools_list_changed", Path.debugToolsChanged), ("reset", Path.debugReset),
                ("requests", Path.debugRequests), ("flows", Path.debugFlows), ("events", Path.debugEvents),
                ("metrics", Path.metrics),
            ]))
        return object
    }

    private func urls(_ paths: [(name: String, path: String)]) -> JSONObject {
        JSONObject(paths.map { ($0.name, .string(origin + $0.path)) })
    }
}
