public import Primitives

/// The environment of both eras: the tools, the operator's policy, and the functions of the machine.
public struct Environment: Sendable {
    /// The server's own description.
    public let description: ServerDescription
    /// The tools.
    public let tools: ToolRegistry
    /// The operator's policy for calls.
    public let policy: Policy
    /// The time since 1970.
    public let now: @Sendable () -> Instant
    /// A source of unpredictable bytes.
    public let randomBytes: @Sendable (Int) -> [UInt8]
    /// SHA-256 (FIPS 180-4).
    public let sha256: @Sendable ([UInt8]) -> [UInt8]
    /// The open streams.
    public let subscriptions: Subscriptions
    /// The executor of calls that outlive their request; nil for the runtime's own threads.
    public let executor: (any TaskExecutor)?

    /// Collects the values.
    ///
    /// - Parameter subscriptions: the open streams; pass those of another server to keep them open.
    public init(
        description: ServerDescription, tools: ToolRegistry, policy: Policy = Policy(),
        now: @escaping @Sendable () -> Instant, randomBytes: @escaping @Sendable (Int) -> [UInt8],
        sha256: @escaping @Sendable ([UInt8]) -> [UInt8], subscriptions: Subscriptions = Subscriptions(),
        executor: (any TaskExecutor)? = nil
    ) {
        self.description = description
        self.tools = tools
        self.policy = policy
        self.now = now
        self.randomBytes = randomBytes
        self.sha256 = sha256
        self.subscriptions = subscriptions
        self.executor = executor
    }

    /// Unpredictable text, with two hexadecimal digits per byte.
    func randomHex(bytes count: Int) -> String {
        randomBytes(count)[...].hexadecimal
    }
}
