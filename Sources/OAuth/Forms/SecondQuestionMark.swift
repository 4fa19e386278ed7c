internal import Primitives

/// A question mark within a query, which makes what follows it part of the value before it.
///
/// Clients append `?name=value` to an address that has a query already (RFC 6749 §3.1 has them keep that query).
enum SecondQuestionMark {
    static let hint: SafeText =
        "There is a ? too many: an address has one, and further parameters follow with &, also where it had a query before."

    /// Whether a value goes on with a ? and this parameter.
    static func isIn(_ value: String, before name: ParameterName) -> Bool { value.contains("?\(name.rawValue)=") }

    /// Whether a value goes on with a ? and any parameter of OAuth.
    static func isIn(_ value: String) -> Bool {
        value.contains("?") && ParameterName.allCases.contains { isIn(value, before: $0) }
    }
}
