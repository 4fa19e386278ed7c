/// The reason why a request was refused, in the detail that its client's developer needs.
///
/// It compares what the client sent with what would have been right. An unauthenticated client could use it as an
/// oracle, so it leaves the server only where debugging is on, and goes to the log otherwise.
public struct Explanation: Equatable, Sendable {
    /// The value or form that would have been right.
    public var expected: SafeText?
    /// The value or form that was sent.
    public var received: SafeText?
    /// The most probable cause, and what to do about it.
    public var hint: SafeText?
    /// The credential that was refused; nil where its history would not tell the cause.
    public var subject: Subject?
    /// What made the server refuse a request that is right: `the scenario 'code-expired'`; nil where the request is
    /// wrong.
    public var cause: SafeText?
    /// The setting without which the request would not have been refused; nil where none decided.
    public var rule: Rule?
    /// The time at which the credential expired, by the clock of the server.
    public var expiry: Instant?

    /// A setting of the server that alone refuses some requests, and that a scenario can change.
    public enum Rule: Sendable {
        /// The client's id.
        case clientID
        /// The method by which the client's secret is sent.
        case clientMethod
        /// The grant of a client for itself, which a public client does not have.
        case clientCredentials
        /// The comparison of redirect URIs.
        case redirectURI
        /// Whether `resource` is required.
        case resourceRequired
        /// Whether `resource` is refused.
        case resourceRefused
        /// Whether `resource` needs a slash at its end.
        case resourceSlash
        /// Whether there are refresh tokens, and a scope that asks for one.
        case refreshTokens
        /// The answer to a refresh token that was used before.
        case refreshReuse
        /// The scope that a tool needs.
        case toolScope
    }

    /// A credential whose history may tell more about a refusal than the place that refuses it knows.
    public enum Subject: Sendable {
        /// A code that is unknown or was used before.
        case authorizationCode
        /// A verifier that does not match the code's challenge.
        case codeVerifier
        /// A refresh token that is unknown or was used before.
        case refreshToken
        /// An access token that is unknown.
        case accessToken
        /// A code that has expired.
        case expiredCode
        /// A refresh token that has expired.
        case expiredRefreshToken
        /// An access token that has expired.
        case expiredAccessToken
        /// The id of a session that is unknown.
        case session
    }

    /// Collects the parts, each of which may be missing.
    public init(
        expected: SafeText? = nil, received: SafeText? = nil, hint: SafeText? = nil, subject: Subject? = nil,
        rule: Rule? = nil, expiry: Instant? = nil
    ) {
        self.expected = expected
        self.received = received
        self.hint = hint
        self.subject = subject
        self.rule = rule
        self.expiry = expiry
    }

    /// The approximate heap memory of the texts, in bytes.
    package var size: Int { [expected, received, hint, cause].reduce(0) { $0 + ($1?.size ?? 0) } }
}

extension JSONValue {
    /// The kind and size of the value, without its content: `text of length 5`, `the number 7`.
    package var kind: SafeText {
        switch self {
        case .string(let text): "text of length \(text.scalarCount)"
        case .number(let number) where number.text.utf8.count <= 12: "the number \(public: number.text)"
        case .number: "a long number"
        case .bool(let truth): truth ? "true" : "false"
        case .null: "null"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension SafeText {
    /// The value of a header field; for fields without secrets.
    package init(field name: String, _ values: [String]) {
        self = values.isEmpty ? "no \(public: name)" : "\(public: name): \(public: values.joined(separator: ", "))"
    }
}
