import COpenSSL
internal import Primitives

/// A SHA-256 digest, which is stored and compared in place of a secret.
///
/// FIPS 180-4. Comparing two digests takes constant time; compare secrets by their digests.
public struct Digest: Sendable, Hashable {
    /// The 32 bytes as they lie in memory.
    ///
    /// No SIMD type: in release builds of Swift 6.3.1 the frame of an async function is too small for a SIMD value that
    /// lives across an `await`, which corrupts the memory after it.
    private struct Words: BitwiseCopyable {
        let first, second, third, fourth: UInt64
    }

    private let words: Words

    /// The digest of a text's UTF-8 bytes.
    public init(of text: String) {
        var text = text
        words = text.withUTF8(Self.hash)
    }

    /// The digest of bytes.
    public init(of bytes: [UInt8]) {
        words = bytes.withUnsafeBufferPointer(Self.hash)
    }

    #if DEBUG
    /// Receives the length of everything that is hashed; tests use it to compare the amount of work.
    @TaskLocal package static var meter: (@Sendable (Int) -> Void)?
    #endif

    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Words {
        #if DEBUG
        meter?(bytes.count)
        #endif
        return withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { result in
            // Not the one-shot function, which looks up its algorithm among the library's providers on every call.
            var context = SHA256_CTX()
            SHA256_Init(&context)
            SHA256_Update(&context, bytes.baseAddress, bytes.count)
            SHA256_Final(result.bindMemory(to: UInt8.self).baseAddress, &context)
            return result.loadUnaligned(as: Words.self)
        }
    }

    /// Wraps 32 bytes, or returns nil for any other number of bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        words = bytes.withUnsafeBytes { $0.loadUnaligned(as: Words.self) }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    /// The digest as 64 hexadecimal digits.
    public var hex: String { bytes[...].hexadecimal }

    /// The first 12 hexadecimal digits, which a log may show in place of a secret.
    public var fingerprint: String { bytes.prefix(6).hexadecimal }

    /// Hashes eight of the bytes, which are as evenly distributed as all of them.
    public func hash(into hasher: inout Hasher) { hasher.combine(words.first) }

    /// Compares all bytes, whether or not the first ones differ.
    public static func == (left: Digest, right: Digest) -> Bool {
        let (left, right) = (left.words, right.words)
        return (left.first ^ right.first) | (left.second ^ right.second) | (left.third ^ right.third)
            | (left.fourth ^ right.fourth) == 0
    }
}

extension Digest: CustomStringConvertible {
    /// The ``fingerprint``.
    public var description: String { fingerprint }
}
