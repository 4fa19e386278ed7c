public import MCP

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
    public let advice: String?
    /// The error code of OAuth or the status of HTTP, when the answer had one.
    public let code: String?

    /// A failure.
    public init(_ kind: Kind, _ problem: String, advice: String? = nil, code: String? = nil) {
        self.kind = kind
        self.problem = problem
        self.advice = advice
        self.code = code
    }
}

extension ClientError: CustomStringConvertible {
    /// The problem, and the advice behind it.
    public var description: String { advice.map { "\(problem) \($0)" } ?? problem }
}

/// A JSON-RPC error with which the server answered a request.
public struct RemoteError: Error, Equatable, Sendable {
    /// The code on the wire.
    public let code: Int
    /// The server's own words, cut short.
    public let message: String
    /// The `data` member.
    public let data: JSONValue?
    /// The status of HTTP that came with it.
    public let status: Int

    init(_ error: JSONObject, status: Int) {
        code = error["code"]?.number?.intValue ?? 0
        message = (error["message"]?.string ?? "no message").printable(500)
        data = error["data"]
        self.status = status
    }
}

extension RemoteError: CustomStringConvertible {
    /// The message with its code.
    public var description: String { "The server refused the request: \(message) (\(code))" }
}

extension String {
    /// The beginning, without characters that could steer a terminal.
    func printable(_ limit: Int = 200) -> String {
        let safe = unicodeScalars.prefix(limit).map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format ? " " : scalar
        }
        return String(String.UnicodeScalarView(safe)) + (unicodeScalars.count > limit ? "…" : "")
    }

    /// The text for a screen: a server's words may hold what would move the cursor or change the title of the window.
    package var withoutControls: String {
        let scalars = unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t" ? "\u{FFFD}" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
