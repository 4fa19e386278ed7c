internal import MCPCore
public import OAuth
public import Primitives
internal import Synchronization

/// Checks access tokens for a protected resource, by asking the authorization server that issued them.
///
/// RFC 7662. An answer is cached until the token's `exp`, but not longer than ``Options/maximumAge``, because a token
/// can be revoked before it expires. Without an answer, or with a late or malformed one, the token counts as invalid.
public final class IntrospectionVerifier: Sendable {
    /// The caller's choices.
    public struct Options: Sendable {
        /// How long an answer is cached.
        public var maximumAge = Duration.seconds(60)
        /// The timeout of the authorization server.
        public var timeout = Duration.seconds(5)
        /// The maximum number of cached answers; when there are more, all are dropped.
        public var capacity = 10_000

        /// Makes the defaults.
        public init() {}
    }

    /// The facts about a valid token.
    public struct Token: Sendable, Equatable {
        /// The resource owner, or the client itself when it acts for itself.
        public let subject: String
        /// The client that it was issued to.
        public let clientID: String
        /// The scope.
        public let scope: Scope
        /// The expiry.
        public let expiresAt: Duration
    }

    private let web: WebClient
    private let endpoint: String
    private let client: ClientIdentity
    private let resource: String
    private let options: Options
    private let now: @Sendable () -> Duration
    private let kept = Mutex<[Digest: (token: Token, end: Duration)]>([:])

    /// Makes a verifier for one resource.
    ///
    /// - Parameters:
    ///   - endpoint: the introspection endpoint of the authorization server.
    ///   - client: the client that asks; it needs a secret.
    ///   - resource: the identifier that tokens must be issued for.
    public init(
        web: WebClient, endpoint: String, client: ClientIdentity, resource: String, options: Options = Options(),
        now: @escaping @Sendable () -> Duration = SystemClock.now
    ) {
        self.web = web
        self.endpoint = endpoint
        self.client = client
        self.resource = resource
        self.options = options
        self.now = now
    }

    /// The facts about a token, or nil when it is not valid for this resource.
    ///
    /// - Throws: `network` when the authorization server does not answer; the token must not be accepted then.
    public func verify(_ token: Secret) async throws -> Token? {
        let digest = token.digest
        let time = now()
        if let known = kept.withLock({ $0[digest] }), time < known.end { return known.token }
        guard let found = try await ask(token), found.expiresAt > time else {
            _ = kept.withLock { $0.removeValue(forKey: digest) }
            return nil
        }
        kept.withLock { kept in
            if kept.count >= options.capacity { kept = [:] }
            kept[digest] = (found, min(found.expiresAt, time + options.maximumAge))
        }
        return found
    }

    private func ask(_ token: Secret) async throws -> Token? {
        var form = FormParameters()
        form.append(.token, token.reveal())
        form.append(.tokenTypeHint, ParameterName.accessToken.rawValue)
        var request = WebRequest.form(endpoint, form)
        let pair = FormCoding.encode(client.id) + ":" + FormCoding.encode(client.secret?.reveal() ?? "")
        request.fields.append(("Authorization", "Basic \(Base64.standard.encode(Array(pair.utf8)))"))
        let response = try await web.send(
            request, limit: web.limits.documentBytes, timeout: options.timeout, followingRedirects: false)
        guard response.status == 200, let facts = response.json, let isActive = facts[Name.active.rawValue]?.bool else {
            throw ClientError(
                .network, "\(endpoint) did not say whether a token is good (status \(response.status)).",
                advice: "Check the client id and secret that this resource asks with.", code: String(response.status))
        }
        return isActive ? Token(facts, for: resource) : nil
    }

    fileprivate typealias Name = IntrospectionResponse.MemberName
}

extension IntrospectionVerifier.Token {
    private typealias Name = IntrospectionVerifier.Name

    /// Reads the facts; nil for a token of another resource, one without an expiry, and one that is not a bearer token.
    fileprivate init?(_ facts: JSONObject, for resource: String) {
        let audiences = facts[Name.aud.rawValue].map { $0.array ?? [$0] }?.compactMap(\.string) ?? []
        guard let wanted = try? ResourceIndicator(resource),
            audiences.contains(where: { (try? ResourceIndicator($0)) == wanted }),
            let end = facts[Name.exp.rawValue]?.number?.intValue,
            facts[Name.tokenType.rawValue]?.string?.lowercased() == TokenResponse.tokenType.lowercased()
        else { return nil }
        clientID = facts[Name.clientID.rawValue]?.string ?? ""
        subject = facts[Name.sub.rawValue]?.string ?? clientID
        scope = Scope((facts[Name.scope.rawValue]?.string ?? "").split(separator: " ").map(String.init))
        expiresAt = .seconds(end)
    }
}
