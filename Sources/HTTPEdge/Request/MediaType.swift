internal import Primitives

extension HTTPRequest {
    /// Whether the body says that it is a form.
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
