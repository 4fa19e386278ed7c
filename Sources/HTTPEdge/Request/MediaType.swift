internal import Primitives

extension HTTPRequest {
    /// Whether the content type is that of a form.
    package var isForm: Bool { fields.mediaType == "application/x-www-form-urlencoded" }
}

extension HTTPFields {
    /// The media type of the body in lower case, without parameters.
    package var mediaType: String? {
        first("content-type").map { value in
            Substring(value.utf8.prefix { $0 != UInt8(ascii: ";") }).trimmingSpaces().lowercased()
        }
    }
}
