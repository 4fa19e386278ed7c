import Synchronization

/// Bytes that look random and are the same in every run.
///
/// SplitMix64, which is good enough for tests and for nothing else.
public final class SeededRandom: Sendable {
    private let state: Mutex<UInt64>

    /// Makes a generator; each seed has its own sequence.
    public init(seed: UInt64 = 1) {
        state = Mutex(seed)
    }

    /// The function to pass where random bytes are needed.
    public var bytes: @Sendable (Int) -> [UInt8] {
        { count in (0..<count).map { _ in UInt8(truncatingIfNeeded: self.next()) } }
    }

    private func next() -> UInt64 {
        state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }
}
