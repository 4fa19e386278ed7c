internal import Primitives

/// The parameters of a query or of a form body, in order and with repetitions.
///
/// RFC 6749 §3.1, §3.2 and Appendix B. A parameter without a value counts as absent and is dropped.
public struct FormParameters: Sendable, Equatable {
    struct Pair: Equatable {
        let name: String
        let value: String
    }

    private(set) var pairs: [Pair] = []
    /// The names that came without a value.
    private(set) var valueless: [String] = []
    /// The other format that the bytes are in, if they are no form at all.
    private(set) var disguise: FormDisguise?
    /// The names in the query of the URL to which a body was posted.
    private var namesInURL: [String] = []

    /// The maximum number of parameters; no request of OAuth has a quarter as many.
    static let maximumCount = 100

    /// The maximum size of a name or value in bytes, because values are stored and sent back.
    static let maximumLength = 8192

    /// Makes an empty list.
    public init() {}

    /// Reads a query (without its `?`) or a body of type `application/x-www-form-urlencoded`.
    ///
    /// - Throws: `invalid_request` for a broken percent-encoding, bytes that are not UTF-8, more than 100 parameters, a
    ///   name or value of more than 8192 bytes, or one with more than 30 marks in a row.
    public init(decoding bytes: some Sequence<UInt8>) throws(OAuthError) {
        var rest = Array(bytes)[...]
        disguise = FormDisguise(rest)
        while !rest.isEmpty {
            let field = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[field.endIndex...].dropFirst()
            let separator = field.firstIndex(of: UInt8(ascii: "=")) ?? field.endIndex
            guard let name = FormCoding.decode(field[..<separator]),
                let value = FormCoding.decode(field[separator...].dropFirst())
            else {
                throw OAuthError(
                    .invalidRequest,
                    "The parameters are not valid application/x-www-form-urlencoded UTF-8. Encode each % as %25 and "
                        + "other special characters as %XX.",
                    Explanation(
                        expected: "names and values in which each special character is %XX, in UTF-8",
                        received: "a percent sign without two hexadecimal digits, or bytes that are not UTF-8",
                        hint: disguise?.hint
                            ?? "Let the HTTP library encode the form; a secret with a % in it needs it most."))
            }
            guard !value.isEmpty else {
                noteValueless(name)
                continue
            }
            guard max(name.utf8.count, value.utf8.count) <= Self.maximumLength else {
                throw OAuthError(
                    .invalidRequest, "A parameter is longer than \(Self.maximumLength) bytes.",
                    Explanation(
                        expected: "at most \(Self.maximumLength) bytes in a name or value",
                        received: "\(max(name.utf8.count, value.utf8.count)) bytes"))
            }
            guard name.isStreamSafe, value.isStreamSafe else {
                throw OAuthError(
                    .invalidRequest, "A parameter has more than \(CombiningMarkLimit.maximum) marks in a row.",
                    Explanation(
                        expected: "at most \(CombiningMarkLimit.maximum) combining marks in a row", received: "more"))
            }
            guard pairs.count < Self.maximumCount else {
                throw OAuthError(
                    .invalidRequest, "There are more than \(Self.maximumCount) parameters.",
                    Explanation(expected: "at most \(Self.maximumCount) parameters", received: "more"))
            }
            pairs.append(Pair(name: name, value: value))
        }
    }

    private mutating func noteValueless(_ name: String) {
        guard name.utf8.contains(where: { $0 > UInt8(ascii: " ") }), valueless.count < Self.maximumCount,
            name.utf8.count <= Self.maximumLength,
            name.isStreamSafe
        else { return }
        valueless.append(name)
    }

    /// Notes the parameters in the URL to which these were posted, for hints: there they do not count.
    public mutating func note(inURL query: FormParameters) {
        namesInURL = query.pairs.map(\.name)
    }

    /// Compares the parameters with a value.
    public static func == (left: FormParameters, right: FormParameters) -> Bool { left.pairs == right.pairs }

    /// Appends a parameter, unless it has no value.
    public mutating func append(_ name: ParameterName, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        pairs.append(Pair(name: name.rawValue, value: value))
    }

    /// All values of a parameter that may be repeated.
    public func values(_ name: ParameterName) -> [String] {
        pairs.compactMap { $0.name == name.rawValue ? $0.value : nil }
    }

    /// The value of a parameter that may occur once, or nil when it is absent.
    ///
    /// - Throws: `invalid_request` when the parameter is repeated.
    public func value(_ name: ParameterName) throws(OAuthError) -> String? {
        guard let first = pairs.firstIndex(where: { $0.name == name.rawValue }) else { return nil }
        guard !pairs[(first + 1)...].contains(where: { $0.name == name.rawValue }) else {
            let values = values(name)
            throw OAuthError(
                .invalidRequest, "The parameter \(name.rawValue) is sent more than once; send it once.",
                Explanation(
                    expected: "\(name) once", received: "\(name) \(values.count) times",
                    hint: Set(values).count == 1
                        ? "The values are equal: something adds the parameter a second time." : "The values differ."))
        }
        return pairs[first].value
    }

    /// The value of a parameter that must occur once.
    ///
    /// - Throws: `invalid_request` when the parameter is absent or repeated.
    public func required(_ name: ParameterName) throws(OAuthError) -> String {
        guard let value = try value(name) else {
            throw OAuthError(
                .invalidRequest, lacks(name),
                Explanation(
                    expected: disguise == nil ? "\(name)" : "\(name)=…, joined with & to the others",
                    received: received, hint: trace(of: name)))
        }
        return value
    }

    /// Refuses a repetition of any of the parameters that a request recognises.
    ///
    /// - Throws: `invalid_request` naming the first repeated one.
    public func requireNoRepetition(of names: [ParameterName]) throws(OAuthError) {
        for name in names { _ = try value(name) }
    }

    /// The parameters with these names, in their order.
    public func keeping(_ names: [ParameterName]) -> FormParameters {
        var kept = self
        kept.pairs.removeAll { pair in !names.contains { $0.rawValue == pair.name } }
        return kept
    }

    /// All parameters, including undefined ones, each value wrapped because it may be a secret.
    public var fields: [(name: String, value: Secret)] {
        pairs.map { ($0.name, Secret($0.value)) }
    }

    /// Whether a parameter is in the URL in place of the body.
    func isInURL(_ name: ParameterName) -> Bool { namesInURL.contains(name.rawValue) }

    /// Whether all parameters are in the URL in place of the body.
    var areAllInURL: Bool { pairs.isEmpty && valueless.isEmpty && !namesInURL.isEmpty }

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
