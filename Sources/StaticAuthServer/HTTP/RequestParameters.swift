internal import HTTPEdge
internal import OAuth
internal import Primitives

extension HTTPRequest {
    /// The parameters of the query.
    ///
    /// - Throws: `invalid_request` when they cannot be decoded.
    func queryParameters() throws(OAuthError) -> FormParameters {
        try FormParameters(decoding: (query ?? "").utf8)
    }

    /// The parameters of a posted form; those of the query do not count.
    ///
    /// - Throws: `invalid_request` for another content type, and for parameters that cannot be decoded.
    func formParameters() throws(OAuthError) -> FormParameters {
        guard isForm else {
            throw OAuthError(
                .invalidRequest, "The body must be a form: Content-Type application/x-www-form-urlencoded.",
                Explanation(
                    expected: "Content-Type: application/x-www-form-urlencoded", received: fields.said("Content-Type"),
                    hint: fields.repetition(of: "Content-Type") ?? hint(ofOtherBody: body)))
        }
        var form = try FormParameters(decoding: body)
        if query != nil, let parameters = try? queryParameters() { form.note(inURL: parameters) }
        return form
    }

    private func hint(ofOtherBody body: [UInt8]) -> SafeText? {
        if body.isEmpty, query != nil { return "The parameters are in the URL. Send them in the body, as a form." }
        guard let first = body.first(where: { !" \t\r\n".utf8.contains($0) }) else { return "The body is empty." }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            return "The body is JSON. OAuth takes a form: grant_type=authorization_code&code=…"
        case UInt8(ascii: "-") where fields.mediaType == "multipart/form-data":
            return "The body is in several parts. OAuth takes the other kind of form: name=value, joined with &."
        default: break
        }
        // Names of parameters are letters and underscores, so this is a form whatever it is called.
        let name = body.prefix(64).prefix { $0.isLetter || $0 == UInt8(ascii: "_") }
        guard !name.isEmpty, body.dropFirst(name.count).first == UInt8(ascii: "=") else { return nil }
        return fields.mediaType == nil
            ? "The body may be right, but it has no Content-Type."
            : "The body is a form. Only its Content-Type is wrong."
    }
}

extension HTTPFields {
    /// The value of a field; for fields without secrets.
    func said(_ name: String) -> SafeText { SafeText(field: name, self[name]) }

    /// A hint about a field that is repeated although it may occur once, in lines or in a list (RFC 9110 §5.3).
    func repetition(of name: String) -> SafeText? {
        let count = self[name].reduce(0) { $0 + $1.split(separator: ",", omittingEmptySubsequences: false).count }
        return count > 1 ? "The header is there \(count) times. Send it once." : nil
    }
}
