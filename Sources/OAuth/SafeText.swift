/// Text that holds no secret, because of what it can be made of.
///
/// It is put together from literals, numbers and other safe text. A ``Secret`` in it becomes its length and fingerprint,
/// a ``Digest`` its fingerprint. Any other text has to be declared as public; it is cut off after 300 characters, and
/// control characters in it are replaced.
public struct SafeText: ExpressibleByStringInterpolation, Equatable, Sendable {
    /// The text.
    public let text: String

    /// Takes a literal.
    public init(stringLiteral value: String) {
        text = value
    }

    /// Takes a literal with values in it.
    public init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
    }

    /// Puts together what a literal is interpolated with.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// Makes room.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 24 * interpolationCount)
        }

        /// Appends a part of the literal.
        public mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Appends other safe text.
        public mutating func appendInterpolation(_ other: SafeText) {
            text += other.text
        }

        /// Appends a number.
        public mutating func appendInterpolation(_ number: some BinaryInteger) {
            text += String(number)
        }

        /// Appends the length of a secret in bytes and its fingerprint.
        public mutating func appendInterpolation(_ secret: Secret) {
            text += "\(secret.reveal().utf8.count) characters with the fingerprint \(secret.digest.fingerprint)"
        }

        /// Appends the fingerprint of a digest.
        public mutating func appendInterpolation(_ digest: Digest) {
            text += digest.fingerprint
        }

        /// Appends text that is known to be no secret: a setting, or a parameter that is public by its name.
        public mutating func appendInterpolation(public value: String) {
            let scalars = value.unicodeScalars.prefix(300).map { $0.properties.generalCategory == .control ? "?" : $0 }
            text.unicodeScalars.append(contentsOf: scalars)
            if value.unicodeScalars.count > 300 { text += "…" }
        }
    }
}

extension SafeText: CustomStringConvertible {
    /// The text.
    public var description: String { text }
}
