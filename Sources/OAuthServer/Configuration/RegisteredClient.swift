public import OAuth

/// The client that this server knows.
///
/// RFC 6749 §2. There is one, and it is a setting: nothing registers at run time.
public struct RegisteredClient: Sendable {
    /// The value of `client_id`.
    public let id: String
    /// The digest of the secret; nil when the client has none.
    public let secretDigest: Digest?
    /// The redirect URIs that are compared with the request's.
    public let redirectURIs: [String]
    /// How they are compared.
    public let redirectMatch: RedirectMatch
    /// How the client authenticates.
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
    /// Whether an id is this client's, byte by byte: to Swift, texts that Unicode takes for equivalent are equal.
    func isNamed(_ id: String) -> Bool { id.utf8.elementsEqual(self.id.utf8) }
}

/// How a request's redirect URI is compared with the registered ones.
public enum RedirectMatch: String, Sendable, CaseIterable {
    /// Any `http` URI of a loopback host will do; others are compared exactly.
    case loopback
    /// Exactly, but for the port of a loopback host (RFC 8252 §7.3).
    case port
    /// Exactly.
    case exact
}

/// Which methods of client authentication are accepted.
public enum TokenAuthentication: String, Sendable, CaseIterable {
    /// By header or by body.
    case any
    case basic
    case post
    /// The client is public: it only names itself, and PKCE protects its codes.
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

    /// The methods at the introspection endpoint, which always wants the secret.
    ///
    /// RFC 7662 §2.1: introspection is for protected resources, and whoever asks must be authorised.
    public var introspectionMethods: [ClientAuthenticationMethod] {
        self == .none ? Self.any.methods : methods
    }
}

/// A person who can log in.
public struct User: Sendable {
    /// The name, which is also the subject of this person's tokens.
    public let name: String
    /// The digest of the password.
    public let passwordDigest: Digest

    /// Describes a user.
    public init(name: String, passwordDigest: Digest) {
        self.name = name
        self.passwordDigest = passwordDigest
    }
}
