public import Primitives

/// What both eras work with: what the server offers, what its operator decides, and what it asks of the machine.
public struct Environment: Sendable {
    /// What the server says about itself.
    public let description: ServerDescription
    /// What it offers.
    public let tools: ToolRegistry
    /// What its operator decides about calls.
    public let policy: Policy
    /// The time since 1970.
    public let now: @Sendable () -> Instant
    /// As many unpredictable bytes as asked for.
    public let randomBytes: @Sendable (Int) -> [UInt8]
    /// SHA-256 (FIPS 180-4).
    public let sha256: @Sendable ([UInt8]) -> [UInt8]
    /// The open streams.
    public let subscriptions: Subscriptions
    /// Where calls run that outlive their request; nil: on the runtime's own threads.
    public let executor: (any TaskExecutor)?

    /// Collects them.
    ///
    /// - Parameter subscriptions: Those of another server go on when it is handed its.
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

    /// Unpredictable text: twice as many hexadecimal digits as bytes.
    func randomHex(bytes count: Int) -> String {
        Self.hex(randomBytes(count)[...])
    }

    /// Bytes as hexadecimal digits.
    static func hex(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
