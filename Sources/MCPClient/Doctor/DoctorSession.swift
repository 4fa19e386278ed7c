internal import OAuth
internal import Primitives

extension Doctor {
    /// The metadata documents, as far as they could be read.
    struct Found: Sendable {
        let server: DiscoveredServer
        /// The authorization server's metadata as received.
        let document: JSONObject
    }

    /// The state between checks: the client's identity, and the doctor's own tokens.
    struct DoctorSession: Sendable {
        let found: Found
        let client: ClientIdentity
        let tokenEndpoint: TokenEndpoint
        /// The resource for token requests; nil at a server that refuses the parameter.
        var resource: String?
        /// The scope of the last login.
        var asked: Scope?
        /// The results of the logins, the latest last.
        private(set) var grants: [Grant] = []
        /// The real lifetime of the current tokens, where the server tells it.
        var realLifetime: Duration?

        /// The present tokens of one login.
        struct Grant: Sendable {
            fileprivate(set) var tokens: TokenAnswer
            /// The latest refresh token; a refresh need not return another.
            fileprivate(set) var refreshToken: Secret?
            fileprivate var issuedAt: Duration
        }

        init(found: Found, client: ClientIdentity, web: WebClient) {
            (self.found, self.client) = (found, client)
            tokenEndpoint = TokenEndpoint(web: web, issuer: found.server.issuer, client: client)
            resource = found.server.resource
        }

        /// Whether the client authenticates with its id alone.
        var isPublic: Bool { (try? tokenEndpoint.method()) == ClientAuthenticationMethod.none }

        /// The current access token; empty before a login.
        var accessToken: Secret { grants.last?.tokens.accessToken ?? Secret("") }

        /// The scope of the current token.
        var scope: Scope { grants.last?.tokens.scope ?? Scope([]) }

        /// The age of the current tokens.
        var age: Duration { grants.last.map { SystemClock.now() - $0.issuedAt } ?? .zero }

        /// Stores the tokens of a new login.
        mutating func begin(_ tokens: TokenAnswer) {
            grants.append(Grant(tokens: tokens, refreshToken: tokens.refreshToken, issuedAt: SystemClock.now()))
        }

        /// Replaces the tokens by those of a refresh.
        mutating func renew(_ tokens: TokenAnswer) {
            let before = grants.popLast()
            begin(tokens)
            if tokens.refreshToken == nil { grants[grants.count - 1].refreshToken = before?.refreshToken }
        }

        /// Exchanges a refresh token for tokens like the current ones.
        func refreshed(_ token: Secret) async throws -> TokenAnswer {
            try await tokenEndpoint.refresh(token, resource: resource, scope: grants.last?.tokens.scope)
        }

        /// Renews a token that expires within a minute or two, so that no check uses an expired one.
        mutating func keepFresh() async throws {
            guard let realLifetime, realLifetime < .seconds(120), age > realLifetime / 3,
                let token = grants.last?.refreshToken
            else { return }
            // A failed refresh is reported by its own check.
            if let renewed = try? await refreshed(token) { renew(renewed) }
        }
    }
}
