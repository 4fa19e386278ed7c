internal import HTTPEdge
internal import OAuth

extension HTTPRequest {
    /// The parameters of the query.
    ///
    /// - Throws: `invalid_request` when they cannot be decoded.
    func queryParameters() throws(OAuthError) -> FormParameters {
        try FormParameters(decoding: (query ?? "").utf8)
    }

    /// The parameters of a form that was posted; those of the query do not count.
    ///
    /// - Throws: `invalid_request` for another content type, and for parameters that cannot be decoded.
    func formParameters() throws(OAuthError) -> FormParameters {
        guard fields.mediaType == "application/x-www-form-urlencoded" else {
            throw OAuthError(.invalidRequest, "The body must be a form: Content-Type application/x-www-form-urlencoded.")
        }
        return try FormParameters(decoding: body)
    }
}

extension HTTPFields {
    /// The media type of the body in lower case, without parameters.
    var mediaType: String? {
        first("content-type")?.split(separator: ";", maxSplits: 1).first?.trimmingSpaces().lowercased()
    }

    /// Whether the client lists a media type in `Accept`, itself or by a range, and not with `q=0`.
    ///
    /// RFC 9110 §12.5.1, without preferences.
    func accepts(_ type: String) -> Bool {
        let range = type.prefix { $0 != "/" } + "/*"
        return self["accept"].flatMap { $0.split(separator: ",") }.contains { element in
            let parts = element.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
            guard let name = parts.first, [type, String(range), "*/*"].contains(name) else { return false }
            return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        }
    }
}
