internal import Primitives

extension JSONValue {
    /// The key of a request's id or of a progress token; `1` and `"1"` differ.
    var messageKey: String { String(decoding: JSONWriter.bytes(of: self), as: UTF8.self) }
}
