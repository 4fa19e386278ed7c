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
    ///
    /// The modules that refuse have theirs in extensions.
    public struct Rule: Hashable, Sendable {
        private let name: String

        package init(_ name: String) { self.name = name }
    }

    /// A credential whose history may tell more about a refusal than the place that refuses it knows.
    ///
    /// The modules that refuse have theirs in extensions.
    public struct Subject: Hashable, Sendable {
        private let name: String

        package init(_ name: String) { self.name = name }
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
