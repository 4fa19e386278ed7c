public import Primitives
internal import OAuth
public import MCPCore

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
    /// How long the server asked to be left alone (`Retry-After`, RFC 9110 §10.2.3); nil when it did not say.
    public let retryAfter: Duration?

    /// A failure.
    public init(
        _ kind: Kind, _ problem: String, advice: String? = nil, code: String? = nil, retryAfter: Duration? = nil
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

    /// Reads an `error` member; some servers write only text there.
    init(_ error: JSONValue, status: Int) {
        let members = error.object ?? [:]
        code = members["code"]?.number?.intValue ?? 0
        message = (members["message"]?.string ?? error.string ?? "no message").printable(500)
        data = members["data"]
        self.status = status
    }
}

extension RemoteError: CustomStringConvertible {
    /// The message with its code.
    public var description: String { "The server refused the request: \(message) (\(code))" }
}

extension String {
    /// The beginning, without characters that could steer a terminal or hide what is there.
    func printable(_ limit: Int = 200) -> String {
        let beginning = String(unicodeScalars.prefix(limit + 1))
        let isLonger = beginning.unicodeScalars.count > limit
        return (isLonger ? String(beginning.unicodeScalars.dropLast()) : beginning).legible(replacement: " ")
            + (isLonger ? "…" : "")
    }

    /// The text without white space at its ends.
    var trimmingSpace: String {
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        let end = unicodeScalars.reversed().drop(while: isSpace)
        return String(String.UnicodeScalarView(end.reversed().drop(while: isSpace)))
    }

    /// The text for a screen, with line feeds and tabs.
    ///
    /// A server's words may hold what would move the cursor, turn the reading direction or cover other lines.
    package var withoutControls: String { legible(keeping: ["\n", "\t"]) }
}

extension [UInt8] {
    /// JSON for a screen: what is not legible stands there as an escape, so that its value stays the same.
    package var escapedJSON: [UInt8] {
        if allSatisfy({ $0 < 0x7F }) { return self }
        var result: [UInt8] = []
        for scalar in String(decoding: self, as: UTF8.self).unicodeScalars {
            guard scalar.value >= 0x7F, !scalar.isLegible else {
                result += String(scalar).utf8
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
            }
        }
        return result
    }
}
