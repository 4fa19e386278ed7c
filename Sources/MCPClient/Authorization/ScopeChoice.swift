internal import OAuth

/// Which scope a login asks for.
///
/// MCP 2026-07-28, basic/authorization, "Scope Selection Strategy": what the challenge names, else all that the
/// resource names, else nothing. "Step-Up Authorization Flow": what was asked for before stays in.
struct ScopeChoice {
    let found: DiscoveredServer
    /// What the caller wants, in place of what the server suggests.
    let wished: Scope?
    /// What the login before asked for.
    let before: Scope?

    /// The scope; nil leaves the parameter out.
    func scope(adding missing: Scope?) -> Scope? {
        let base: Scope?
        if let missing {
            base = (before ?? wished ?? Scope([])).union(missing)
        } else {
            base = wished ?? suggested
        }
        guard let base, !base.tokens.isEmpty else { return nil }
        // Many servers issue a refresh token only to who asks for it (OpenID Connect Core §11).
        let isOffered = found.issuer.scopes?.contains(Scope.offlineAccess) ?? false
        return isOffered ? base.union(Scope([Scope.offlineAccess])) : base
    }

    private var suggested: Scope? {
        if let named = found.challengeScope { return Scope(named.split(separator: " ").map(String.init)) }
        return found.resourceScopes.map { Scope($0) }
    }
}
