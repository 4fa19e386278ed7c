public import Primitives

/// What the server asks of the machine it runs on.
public struct Environment: Sendable {
    /// The time.
    public let now: @Sendable () -> Instant
    /// As many unpredictable bytes as asked for.
    public let randomBytes: @Sendable (Int) -> [UInt8]
    /// SHA-256 (FIPS 180-4).
    public let sha256: @Sendable ([UInt8]) -> [UInt8]

    /// Where calls run that outlive their request; nil: on the runtime's own threads.
    public let executor: (any TaskExecutor)?

    /// The functions, and where calls run.
    public init(
        now: @escaping @Sendable () -> Instant, randomBytes: @escaping @Sendable (Int) -> [UInt8],
        sha256: @escaping @Sendable ([UInt8]) -> [UInt8], executor: (any TaskExecutor)? = nil
    ) {
        self.now = now
        self.randomBytes = randomBytes
        self.sha256 = sha256
        self.executor = executor
    }

    /// Unpredictable text: twice as many hexadecimal digits as bytes.
    func randomHex(bytes count: Int) -> String {
        randomBytes(count).map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
