/// Why something did not work, and what to do about it.
///
/// No text in it holds a secret; what a server said is cut short and freed from control characters.
public struct ClientError: Error, Equatable, Sendable {
    /// What kind of failure it is; a program decides by this.
    public enum Kind: String, Sendable, CaseIterable {
        /// The caller asked for something that makes no sense.
        case usage
        /// A configuration file, a variable or a key does not fit.
        case configuration
        /// Tokens cannot be read or written.
        case storage
        /// The server cannot be reached, or does not answer in time.
        case network
        /// What the server says about itself cannot be used.
        case discovery
        /// A person has to log in, and nobody may be asked.
        case authorizationRequired = "authorization_required"
        /// The authorization server, the person or the resource said no.
        case authorizationRefused = "authorization_refused"
        /// An answer breaks the Model Context Protocol or OAuth.
        case protocolViolation = "protocol_violation"
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// What happened, in one or two sentences.
    public let problem: String
    /// What to do next; nil when the problem says it.
    public let advice: Advice?
    /// The error code of OAuth or the status of HTTP, when the answer had one.
    public let code: String?
    /// How long the server asked to be left alone (`Retry-After`, RFC 9110 §10.2.3); nil when it did not say.
    public let retryAfter: Duration?

    /// A failure.
    public init(
        _ kind: Kind, _ problem: String, advice: Advice? = nil, code: String? = nil, retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.problem = problem
        self.advice = advice
        self.code = code
        self.retryAfter = retryAfter
    }
}

extension ClientError: CustomStringConvertible {
    /// The problem, and the advice behind it.
    public var description: String { advice.map { "\(problem) \($0)" } ?? problem }
}
