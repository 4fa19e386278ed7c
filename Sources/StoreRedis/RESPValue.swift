#if Redis
/// What Redis answers, in the second version of its protocol.
enum RESPValue: Sendable, Equatable {
    /// There is nothing.
    case null
    /// A word of success, such as `OK`.
    case status(String)
    /// A whole number.
    case integer(Int)
    /// Bytes.
    case bytes([UInt8])
    /// Several values.
    case array([RESPValue])
    /// A refusal; its first word says which.
    case error(String)

    /// The number, when that is what it is.
    var integer: Int? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// The bytes, when that is what it is.
    var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    /// The bytes as text.
    var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    /// The values, when it is several.
    var array: [RESPValue]? {
        if case .array(let values) = self { values } else { nil }
    }
}
#endif
