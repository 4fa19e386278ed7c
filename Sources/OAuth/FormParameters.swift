/// The parameters of a query or of a form body, in order and with repetitions.
///
/// RFC 6749 §3.1, §3.2 and Appendix B. A parameter without a value counts as absent and is dropped while reading.
public struct FormParameters: Sendable, Equatable {
    private struct Pair: Equatable {
        let name: String
        let value: String
    }

    private var pairs: [Pair] = []

    /// More parameters than this are refused: no request of OAuth has a quarter as many.
    static let maximumCount = 100

    /// More bytes than this in one value are refused, for values are stored and sent back.
    static let maximumLength = 8192

    /// Makes an empty list to append to.
    public init() {}

    /// Reads a query (without its `?`) or a body of type `application/x-www-form-urlencoded`.
    ///
    /// - Throws: `invalid_request` for a broken percent-encoding, bytes that are not UTF-8, more than 100 parameters, or
    ///   a value of more than 8192 bytes.
    public init(decoding bytes: some Sequence<UInt8>) throws(OAuthError) {
        for field in Array(bytes).split(separator: UInt8(ascii: "&")) {
            let separator = field.firstIndex(of: UInt8(ascii: "=")) ?? field.endIndex
            guard let name = FormCoding.decode(field[..<separator]),
                let value = FormCoding.decode(field[separator...].dropFirst())
            else {
                throw OAuthError(
                    .invalidRequest,
                    "The parameters are not valid application/x-www-form-urlencoded UTF-8. Encode each % as %25 and "
                        + "other special characters as %XX.")
            }
            guard !value.isEmpty else { continue }
            guard value.utf8.count <= Self.maximumLength else {
                throw OAuthError(.invalidRequest, "A parameter is longer than \(Self.maximumLength) bytes.")
            }
            guard pairs.count < Self.maximumCount else {
                throw OAuthError(.invalidRequest, "There are more than \(Self.maximumCount) parameters.")
            }
            pairs.append(Pair(name: name, value: value))
        }
    }

    /// Adds a parameter at the end; one without a value is left out.
    public mutating func append(_ name: ParameterName, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        pairs.append(Pair(name: name.rawValue, value: value))
    }

    /// All values of a parameter that may be repeated.
    public func values(_ name: ParameterName) -> [String] {
        pairs.compactMap { $0.name == name.rawValue ? $0.value : nil }
    }

    /// The value of a parameter that may be sent once, or nil when it is absent.
    ///
    /// - Throws: `invalid_request` when the parameter is repeated.
    public func value(_ name: ParameterName) throws(OAuthError) -> String? {
        let values = values(name)
        guard values.count <= 1 else {
            throw OAuthError(.invalidRequest, "The parameter \(name.rawValue) is sent more than once; send it once.")
        }
        return values.first
    }

    /// The value of a parameter that has to be sent once.
    ///
    /// - Throws: `invalid_request` when the parameter is absent or repeated.
    public func required(_ name: ParameterName) throws(OAuthError) -> String {
        guard let value = try value(name) else {
            throw OAuthError(.invalidRequest, "The parameter \(name.rawValue) is missing.")
        }
        return value
    }

    /// Refuses a repetition of any of the parameters that a request recognises.
    ///
    /// - Throws: `invalid_request` naming the first repeated one.
    public func requireNoRepetition(of names: [ParameterName]) throws(OAuthError) {
        for name in names { _ = try value(name) }
    }

    /// Only the parameters of these names, in their order.
    public func keeping(_ names: [ParameterName]) -> FormParameters {
        var kept = self
        kept.pairs.removeAll { pair in !names.contains { $0.rawValue == pair.name } }
        return kept
    }

    /// All parameters, also those that nobody defines, each value wrapped because it may be a secret.
    public var fields: [(name: String, value: Secret)] {
        pairs.map { ($0.name, Secret($0.value)) }
    }

    /// Whether no parameter has a value.
    public var isEmpty: Bool { pairs.isEmpty }

    /// The parameters as a query or form body.
    public var encoded: String {
        pairs.map { "\(FormCoding.encode($0.name))=\(FormCoding.encode($0.value))" }.joined(separator: "&")
    }
}

extension FormParameters: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The names of the parameters; values may be secrets and are never shown.
    public var description: String { "FormParameters(\(pairs.map(\.name).joined(separator: ", ")))" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
