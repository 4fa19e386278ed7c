/// A failure, with advice on what to do about it.
///
/// Its texts hold no secrets; texts of a server are cut short, without control characters.
public struct ClientError: Error, Equatable, Sendable {
    /// The kind of failure, for programs.
    public enum Kind: String, Sendable, CaseIterable {
        /// The caller asked for something invalid.
        case usage
        /// A configuration file, a variable or a key is wrong.
        case configuration
        /// Tokens cannot be read or written.
        case storage
        /// The server cannot be reached, or does not answer in time.
        case network
        /// The server's metadata cannot be used.
        case discovery
        /// A login is needed, and no person may be asked.
        case authorizationRequired = "authorization_required"
        /// The authorization server, the person or the resource refused.
        case authorizationRefused = "authorization_refused"
        /// An answer violates the Model Context Protocol or OAuth.
        case protocolViolation = "protocol_violation"
    }

    /// The kind of failure.
    public let kind: Kind
    /// The problem, in one or two sentences.
    public let problem: String
    /// The next step; nil when the problem contains it.
    public let advice: Advice?
    /// The error code of OAuth or the HTTP status, when the answer had one.
    public let code: String?
    /// The server's `Retry-After` (RFC 9110 §10.2.3); nil when it sent none.
    public let retryAfter: Duration?

    /// Makes a failure.
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
    /// The problem, followed by the advice.
    public var description: String { advice.map { "\(problem.sentence) \($0)" } ?? problem.sentence }
}
