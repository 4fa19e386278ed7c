/// Why a request was refused, in the detail that its client's developer needs.
///
/// It compares what the client sent with what would have been right. To a stranger that would be an oracle, so it
/// leaves the server only where debugging is on, and otherwise only in the log.
public struct Explanation: Equatable, Sendable {
    /// What would have been right.
    public var expected: SafeText?
    /// What came instead.
    public var received: SafeText?
    /// The nearest cause, and what to do about it.
    public var hint: SafeText?

    /// Collects the parts; any of them may be missing.
    public init(expected: SafeText? = nil, received: SafeText? = nil, hint: SafeText? = nil) {
        self.expected = expected
        self.received = received
        self.hint = hint
    }

    /// About how much memory it takes besides its place, in bytes.
    package var size: Int { [expected, received, hint].reduce(0) { $0 + ($1?.size ?? 0) } }
}
