public import OAuth

/// A registered client.
///
/// RFC 6749 §2. All come from the settings: clients cannot register at run time.
public struct RegisteredClient: Sendable {
    /// The value of `client_id`.
    public let id: String
    /// The digest of the secret; nil when the client has none.
    public let secretDigest: Digest?
    /// The registered redirect URIs.
    public let redirectURIs: [String]
    /// The comparison with a request's redirect URI.
    public let redirectMatch: RedirectMatch
    /// The accepted methods of authentication.
    public let authentication: TokenAuthentication

    /// Describes the client.
    public init(
        id: String, secretDigest: Digest?, redirectURIs: [String], redirectMatch: RedirectMatch = .loopback,
        authentication: TokenAuthentication = .any
    ) {
        self.id = id
        self.secretDigest = secretDigest
        self.redirectURIs = redirectURIs
        self.redirectMatch = redirectMatch
        self.authentication = authentication
    }
}

extension RegisteredClient {
    /// Whether an id is this client's, compared by bytes: `==` also accepts canonically equivalent texts.
    func isNamed(_ id: String) -> Bool { id.utf8.elementsEqual(self.id.utf8) }

    /// Whether it proves itself with its secret at an endpoint, given its methods there.
    func provesItself(by methods: KeyPath<RegisteredClient, [ClientAuthenticationMethod]>) -> Bool {
        secretDigest != nil && self[keyPath: methods].contains { $0 != .none }
    }

    /// The methods at the token and revocation endpoints.
    var methods: [ClientAuthenticationMethod] { authentication.methods }

    /// The methods at the introspection endpoint; none for a client that never had a secret.
    var introspectionMethods: [ClientAuthenticationMethod] {
        secretDigest == nil ? [] : authentication.introspectionMethods
    }
}

extension [RegisteredClient] {
    /// Their methods at an endpoint, in the order of the clients, each once.
    func methods(_ path: KeyPath<RegisteredClient, [ClientAuthenticationMethod]>) -> [ClientAuthenticationMethod] {
        flatMap { $0[keyPath: path] }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// The comparison of a request's redirect URI with the registered ones.
public enum RedirectMatch: String, Sendable, CaseIterable {
    /// Accepts any `http` URI of a loopback host; compares others exactly.
    case loopback
    /// Exact, except for the port of a loopback host (RFC 8252 §7.3).
    case port
    /// Exact.
    case exact
}

/// The accepted methods of client authentication.
public enum TokenAuthentication: String, Sendable, CaseIterable {
    /// By header or body.
    case any
    case basic
    case post
    /// The client is public: it sends only its id, and PKCE protects its codes.
    case none

    /// The methods at the token and revocation endpoints.
    public var methods: [ClientAuthenticationMethod] {
        switch self {
        case .any: [.basic, .post]
        case .basic: [.basic]
        case .post: [.post]
        case .none: [.none]
        }
    }

    /// The methods at the introspection endpoint, which always requires the secret.
    ///
    /// RFC 7662 §2.1: introspection is for protected resources, and the caller must be authorized.
    public var introspectionMethods: [ClientAuthenticationMethod] {
        self == .none ? Self.any.methods : methods
    }
}

/// A user who can log in.
public struct User: Sendable {
    /// The name, which is also the subject of the user's tokens.
    public let name: String
    /// The digest of the password.
    public let passwordDigest: Digest

    /// Describes a user.
    public init(name: String, passwordDigest: Digest) {
        self.name = name
        self.passwordDigest = passwordDigest
    }
}
