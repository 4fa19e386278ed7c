internal import OAuth

/// Determines the scope of a login.
///
/// MCP 2026-07-28, basic/authorization, "Scope Selection Strategy": the scopes of the challenge, otherwise those of the
/// resource's metadata, otherwise none. "Step-Up Authorization Flow": scopes that were requested before are kept.
struct ScopeChoice {
    let found: DiscoveredServer
    /// The caller's choice, in place of the server's suggestion.
    let wished: Scope?
    /// The scope of the previous login.
    let before: Scope?

    /// The scope; nil omits the parameter.
    func scope(adding missing: Scope?) -> Scope? {
        let base: Scope?
        if let missing {
            base = (before ?? wished ?? Scope([])).union(missing)
        } else {
            base = wished ?? suggested
        }
        guard let base, !base.tokens.isEmpty else { return nil }
        // Many servers issue a refresh token only on request (OpenID Connect Core §11).
        let isOffered = found.issuer.scopes?.contains(Scope.offlineAccess) ?? false
        return isOffered ? base.union(Scope([Scope.offlineAccess])) : base
    }

    private var suggested: Scope? {
        if let named = found.challengeScope { return Scope(named.split(separator: " ").map(String.init)) }
        return found.resourceScopes.map { Scope($0) }
    }
}
