#if Redis
/// A reply of Redis, in version 2 of its protocol (RESP2).
package enum RESPValue: Sendable, Equatable {
    /// No value.
    case null
    /// A status, such as `OK`.
    case status(String)
    /// An integer.
    case integer(Int)
    /// Bytes.
    case bytes([UInt8])
    /// Several values.
    case array([RESPValue])
    /// An error; its first word is its code.
    case error(String)

    /// The integer, when it is one.
    package var integer: Int? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// The bytes, when the reply is bytes.
    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    /// The bytes as text.
    package var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    /// The elements, when it is an array.
    package var array: [RESPValue]? {
        if case .array(let values) = self { values } else { nil }
    }
}
#endif
