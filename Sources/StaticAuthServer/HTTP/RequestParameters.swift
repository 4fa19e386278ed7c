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
        return try FormParameters(decoding: body)
    }

    private func hint(ofOtherBody body: [UInt8]) -> SafeText? {
        if body.isEmpty, query != nil { return "The parameters are in the URL. Send them in the body, as a form." }
        return switch body.first {
        case UInt8(ascii: "{"): "The body is JSON. OAuth takes a form: grant_type=authorization_code&code=…"
        case nil: "The body is empty."
        default: fields.mediaType == nil ? "The body may be right, but it has no Content-Type." : nil
        }
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
