internal import Primitives
internal import OAuth

extension Doctor {
    /// What the documents say, as far as they could be read.
    struct Found: Sendable {
        let server: DiscoveredServer
        /// The authorization server's metadata as it came.
        let document: JSONObject
    }

    /// What the doctor carries from check to check: who it is, and the tokens that it got for itself.
    struct DoctorSession: Sendable {
        let found: Found
        let client: ClientIdentity
        let tokenEndpoint: TokenEndpoint
        /// What tokens are asked for; nil at a server that does not take the parameter.
        var resource: String?
        /// The scope that the last login asked for.
        var asked: Scope?
        /// What came of each login, the last one last.
        private(set) var grants: [Grant] = []
        /// How long the tokens in use really live, where the server tells.
        var realLifetime: Duration?

        /// The tokens of one login as they are now.
        struct Grant: Sendable {
            fileprivate(set) var tokens: TokenAnswer
            /// The last refresh token that came; a refresh need not bring another.
            fileprivate(set) var refreshToken: Secret?
            fileprivate var issuedAt: Duration
        }

        init(found: Found, client: ClientIdentity, web: WebClient) {
            (self.found, self.client) = (found, client)
            tokenEndpoint = TokenEndpoint(web: web, issuer: found.server.issuer, client: client)
            resource = found.server.resource
        }

        /// Whether the client authenticates with nothing but its id.
        var isPublic: Bool { (try? tokenEndpoint.method()) == ClientAuthenticationMethod.none }

        /// The access token in use; empty as long as nobody has logged in.
        var accessToken: Secret { grants.last?.tokens.accessToken ?? Secret("") }

        /// The scope of the token in use.
        var scope: Scope { grants.last?.tokens.scope ?? Scope([]) }

        /// How long ago the tokens in use were issued.
        var age: Duration { grants.last.map { SystemClock.now() - $0.issuedAt } ?? .zero }

        /// Takes the tokens of a new login.
        mutating func begin(_ tokens: TokenAnswer) {
            grants.append(Grant(tokens: tokens, refreshToken: tokens.refreshToken, issuedAt: SystemClock.now()))
        }

        /// Takes the tokens of a refresh, in place of those before.
        mutating func renew(_ tokens: TokenAnswer) {
            let before = grants.popLast()
            begin(tokens)
            if tokens.refreshToken == nil { grants[grants.count - 1].refreshToken = before?.refreshToken }
        }

        /// Trades a refresh token for tokens like those in use.
        func refreshed(_ token: Secret) async throws -> TokenAnswer {
            try await tokenEndpoint.refresh(token, resource: resource, scope: grants.last?.tokens.scope)
        }

        /// Renews a token that ends within a minute or two, so that no check meets one that has ended meanwhile.
        mutating func keepFresh() async throws {
            guard let realLifetime, realLifetime < .seconds(120), age > realLifetime / 3,
                let token = grants.last?.refreshToken
            else { return }
            // A refresh that fails is the business of the check of that name.
            if let renewed = try? await refreshed(token) { renew(renewed) }
        }
    }
}
