internal import NIOHTTP1

/// The header fields of a request or response, in order; names compare without case.
///
/// RFC 9110 §5. A value comes without the white space around it. Values are text as they came: a value that is a list is
/// not split.
public struct HTTPFields: Sendable {
    var headers: HTTPHeaders

    init(_ headers: HTTPHeaders) {
        self.headers = headers
    }

    /// Takes fields in the order in which they are to be sent.
    public init(_ fields: [(name: String, value: String)] = []) {
        headers = HTTPHeaders(fields.map { ($0.name, $0.value) })
    }

    /// Returns the values of all fields of a name, in order.
    public subscript(_ name: String) -> [String] {
        headers[name]
    }

    /// Returns the value of the first field of a name.
    public func first(_ name: String) -> String? {
        headers.first(name: name)
    }

    /// Appends a field, beside those of the same name.
    public mutating func append(_ name: String, _ value: String) {
        headers.add(name: name, value: value)
    }

    /// Removes all fields of a name.
    public mutating func remove(_ name: String) {
        headers.remove(name: name)
    }

    /// Puts one field in the place of all those of its name, where the first of them stood.
    public mutating func replace(_ name: String, _ value: String) {
        guard let position = headers.map(\.name).firstIndex(where: { $0.lowercased() == name.lowercased() }) else {
            return append(name, value)
        }
        let (before, after) = (headers.prefix(position), headers.dropFirst(position + 1))
        headers = HTTPHeaders(before + [(name, value)] + after.filter { $0.name.lowercased() != name.lowercased() })
    }

    /// Returns the fields whose names begin with a prefix that is given in lower case.
    public func withPrefix(_ prefix: String) -> [(name: String, value: String)] {
        headers.filter { name, _ in
            name.utf8.count > prefix.utf8.count
                && zip(name.utf8, prefix.utf8).allSatisfy { $0 == $1 || ($0 | 0x20) == $1 }
        }.map { ($0.name, $0.value) }
    }

    /// All fields in order.
    public var all: [(name: String, value: String)] {
        headers.map { ($0.name, $0.value) }
    }

    /// Takes out the fields whose names a function picks.
    public func split(where isPicked: (_ name: String) -> Bool) -> (
        picked: [(name: String, value: String)], others: HTTPFields
    ) {
        var picked: [(name: String, value: String)] = []
        let others = headers.filter { name, value in
            guard isPicked(name) else { return true }
            picked.append((name, value))
            return false
        }
        return (picked, HTTPFields(HTTPHeaders(others)))
    }

    /// The number of bytes in all names and values.
    public var byteCount: Int {
        headers.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }
}
