import COpenSSL

/// The system's cryptographically secure random numbers.
public enum Random {
    /// Returns fresh random bytes.
    ///
    /// RFC 6749 §10.10. The process ends when the generator fails, because no security property holds without it.
    @Sendable public static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            guard RAND_bytes(buffer.baseAddress, Int32(count)) == 1 else { fatalError("No random numbers available") }
            filled = count
        }
    }
}
