/// The system's cryptographically secure random numbers.
public enum Random {
    /// Returns fresh random bytes.
    ///
    /// RFC 6749 §10.10. They come from the kernel: OpenSSL's generator takes a quarter of the instructions of a start
    /// to set itself up. The process ends when there are none, because no security property holds without them.
    @Sendable public static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
