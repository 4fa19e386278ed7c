package import Primitives

extension JSONValue {
    /// The value at a path of names.
    package subscript(path: String...) -> JSONValue? {
        path.reduce(Optional(self)) { $0?.object?[$1] }
    }

    /// The value written as JSON.
    package var text: String { String(decoding: JSONWriter.bytes(of: self), as: UTF8.self) }
}
