public import Primitives

/// The parameters of a query or of a form body, in order and with repetitions.
///
/// RFC 6749 §3.1, §3.2 and Appendix B. A parameter without a value counts as absent and is dropped.
public struct FormParameters: Sendable, Equatable {
    private struct Pair: Equatable {
        let name: String
        let value: String
    }

    private var pairs: [Pair] = []

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
                        hint: "Let the HTTP library encode the form; a secret with a % in it needs it most."))
            }
            guard !value.isEmpty else { continue }
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
                .invalidRequest, "The parameter \(name.rawValue) is missing.",
                Explanation(expected: "\(name)", received: received, hint: trace(of: name)))
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

    /// The names that were sent, without those that may be something else.
    public var received: SafeText {
        let names = pairs.map(\.name).filter(Self.isName)
        if names.isEmpty { return pairs.isEmpty ? "no parameters" : "nothing that looks like a parameter" }
        return SafeText(list: names)
    }

    /// A hint about a parameter that is missing under its name: where else it seems to be.
    public func trace(of name: ParameterName) -> SafeText? {
        if let swallowed = pairs.first(where: { SecondQuestionMark.isIn($0.value, before: name) }) {
            let other: SafeText = Self.isName(swallowed.name) ? "'\(public: swallowed.name)'" : "another parameter"
            return "\(name) is part of the value of \(other). \(SecondQuestionMark.hint)"
        }
        if pairs.contains(where: { $0.name == "?" + name.rawValue }) {
            return "'?\(name)' was sent. \(SecondQuestionMark.hint)"
        }
        let known = Set(ParameterName.allCases.map(\.rawValue))
        let sent = pairs.map(\.name).filter { Self.isName($0) && !known.contains($0) }
        return SpellingSuggestion.name(to: name.rawValue, among: sent).map {
            "'\(public: $0)' was sent: the name is '\(name)'."
        }
    }

    /// Whether the text may be shown as a name: a body that is no form may become one name with every secret in it.
    private static func isName(_ text: String) -> Bool {
        text.utf8.count <= 30 && text.utf8.allSatisfy { $0.isLetter || "_-".utf8.contains($0) }
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
