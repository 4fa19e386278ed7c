internal import OAuth

/// The fields of a query or a form, also those that OAuth does not define.
struct QueryFields {
    private let fields: [(name: String, value: Secret)]
    /// The same for what reads parameters of OAuth.
    let parameters: FormParameters

    /// - Throws: for what is not form-encoded, or too long.
    init(_ text: String, adding form: [UInt8] = []) throws(OAuthError) {
        let separator = text.isEmpty || form.isEmpty ? [] : [UInt8(ascii: "&")]
        parameters = try FormParameters(decoding: Array(text.utf8) + separator + form)
        fields = parameters.fields
    }

    /// The values of a name.
    subscript(_ name: String) -> [String] { fields.filter { $0.name == name }.map { $0.value.reveal() } }
}
