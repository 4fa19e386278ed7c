internal import MCPCore
package import OAuth
internal import Primitives

/// A value in a form that may be shown: the text when its name is public, otherwise length and SHA-256 fingerprint.
///
/// There is no other way to make one, so no code can forget to hide a secret; an unknown name counts as a secret's.
/// Public text is searched for secrets as well, because clients put them into wrong places.
package struct Redacted: Equatable, Sendable {
    /// The text to show; a fingerprint reads `[43 characters, sha256 1a2b3c4d5e6f]`.
    package let text: String

    private init(shown text: String) {
        self.text = text
    }

    /// The fingerprint of a secret.
    package init(_ secret: Secret) {
        self.init(secret.digest, length: secret.reveal().utf8.count)
    }

    /// The fingerprint of a secret, from its digest.
    init(_ digest: Digest, length: Int) {
        self.init(shown: "[\(length) characters, sha256 \(digest.fingerprint)]")
    }

    /// A parameter of a query or form.
    init(parameter name: String, _ value: Secret, _ secrets: SecretScanner) {
        switch RedactionAllowList.parameter(name) {
        case .text: self.init(shown: secrets.scanned(value.reveal()))
        case .url: self.init(url: value.reveal(), secrets)
        case .trace, nil: self.init(value)
        }
    }

    /// A header field without credentials.
    ///
    /// - Parameter session: the id of the request's session, which trace context must not repeat.
    package init(field name: String, _ value: String, session: Digest? = nil, _ secrets: SecretScanner) {
        switch RedactionAllowList.field(name.lowercased()) {
        case .text: self.init(shown: Self.shown(field: name, value, secrets))
        case .url: self.init(url: value, secrets)
        case .trace: self.init(trace: value, session: session, secrets)
        case nil: self.init(Secret(value))
        }
    }

    /// A value in Base64 between the markers of MCP is searched as the text that it stands for.
    private static func shown(field name: String, _ value: String, _ secrets: SecretScanner) -> String {
        guard let text = try? HeaderValue.decode(value, of: name) else { return secrets.scanned(value) }
        let shown = secrets.scanned(text)
        return shown == text ? secrets.scanned(value) : shown
    }

    /// The text of a member of a JSON document.
    init(member name: String, _ value: String, _ secrets: SecretScanner) {
        switch RedactionAllowList.member(name) {
        case .text: self.init(shown: secrets.scanned(value))
        case .url: self.init(url: value, secrets)
        case .trace, nil: self.init(Secret(value))
        }
    }

    /// Text that is public as a whole, such as an MCP message, except for what looks like a secret.
    package init(message text: String, _ secrets: SecretScanner) {
        self.init(shown: secrets.scanned(text))
    }

    /// The same for text of which at most a number of bytes is searched and shown.
    init(message text: String, atMost limit: Int, _ secrets: SecretScanner) {
        let start = Array(text.utf8.prefix(limit + secrets.margin))
        let isCut = text.utf8.count > limit
        self.init(shown: secrets.scanned(start, atMost: isCut ? limit : start.count) + (isCut ? "…" : ""))
    }

    /// The same for bytes of which at most a number is shown; see ``SecretScanner/margin``.
    init(message bytes: [UInt8], atMost limit: Int, _ secrets: SecretScanner) {
        self.init(shown: secrets.scanned(bytes, atMost: limit))
    }

    /// The path of an endpoint, which holds no secrets.
    init(servedPath path: String) {
        self.init(shown: path)
    }

    /// A JSON document, in which each member is shown or redacted by its name.
    init(document: JSONValue, _ secrets: SecretScanner) {
        self.init(
            shown: String(decoding: JSONWriter.bytes(of: Self.shown(document, in: "", secrets)), as: UTF8.self))
    }

    /// Credentials: their scheme if it is one, the client's id, and the fingerprint of the rest.
    init(scheme: String, clientID: String?, _ digest: Digest, length: Int, _ secrets: SecretScanner) {
        let id = clientID.map { secrets.scanned($0) + ":" } ?? ""
        let scheme = Self.schemes.contains(scheme.lowercased()) ? scheme : Redacted(Secret(scheme)).text
        self.init(shown: scheme + " " + id + Redacted(digest, length: length).text)
    }

    /// The schemes that clients use; any other first word of credentials may be part of a secret.
    private static let schemes: Set = ["basic", "bearer", "digest", "dpop", "negotiate", "oauth", "token"]

    /// A URL: its query is a list of parameters, its fragment is redacted.
    private init(url: String, _ secrets: SecretScanner) {
        // By bytes: with a combining mark a `?` is another `Character`, but the same URL.
        let (rest, fragment) = Self.cut(url, at: UInt8(ascii: "#"))
        let (base, query) = Self.cut(rest, at: UInt8(ascii: "?"))
        let hasUserinfo = base.utf8.contains(UInt8(ascii: "@"))
        var shown = hasUserinfo ? Redacted(Secret(base)).text : secrets.scanned(base)
        if let query { shown += "?" + Self.query(query, secrets) }
        if let fragment { shown += "#" + Redacted(Secret(fragment)).text }
        self.init(shown: shown)
    }

    /// Trace context, shown only where it is valid.
    private init(trace value: String, session: Digest?, _ secrets: SecretScanner) {
        let context = try? secrets.traceContext(value, session: session)
        self = context.map { Redacted(shown: $0.text) } ?? Redacted(Secret(value))
    }

    private static func cut(_ text: String, at separator: UInt8) -> (before: String, after: String?) {
        guard let index = text.utf8.firstIndex(of: separator) else { return (text, nil) }
        return (String(text[..<index]), String(text[text.utf8.index(after: index)...]))
    }

    private static func query(_ query: String, _ secrets: SecretScanner) -> String {
        guard let parameters = try? FormParameters(decoding: query.utf8) else { return Redacted(Secret(query)).text }
        return parameters.fields
            .map { secrets.scanned($0.name) + "=" + Redacted(parameter: $0.name, $0.value, secrets).text }
            .joined(separator: "&")
    }

    private static func shown(_ value: JSONValue, in name: String, _ secrets: SecretScanner) -> JSONValue {
        switch value {
        case .string(let text): .string(Redacted(member: name, text, secrets).text)
        case .number(let number):
            RedactionAllowList.member(name) == nil ? .string(Redacted(Secret(number.text)).text) : value
        case .array(let elements): .array(elements.map { shown($0, in: name, secrets) })
        case .object(let object):
            .object(
                JSONObject(object.members.map { (secrets.scanned($0.name), shown($0.value, in: $0.name, secrets)) }))
        case .bool, .null: value
        }
    }
}
