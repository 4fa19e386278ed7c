internal import Primitives

/// The header fields of a request or response, in order; names compare without case.
///
/// RFC 9110 §5. A value has no white space around it. Values are unparsed text: a list is not split.
public struct HTTPFields: Sendable {
    /// The place of a field in the bytes; small, because a head has many.
    struct Position: Sendable, Equatable, BitwiseCopyable {
        private let nameStart, nameEnd, valueStart, valueEnd: UInt32

        init(name: Range<Int>, value: Range<Int>) {
            (nameStart, nameEnd) = (UInt32(name.lowerBound), UInt32(name.upperBound))
            (valueStart, valueEnd) = (UInt32(value.lowerBound), UInt32(value.upperBound))
        }

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    /// Names, values and the bytes between them: a request keeps the bytes of its head, and reads them on access.
    private(set) var bytes: [UInt8]
    /// The fields in order.
    private(set) var positions: [Position]

    /// Wraps the fields of a head that was parsed.
    init(bytes: [UInt8], positions: [Position]) {
        self.bytes = bytes
        self.positions = positions
    }

    /// Makes fields in the order in which they are sent.
    public init(_ fields: [(name: String, value: String)] = []) {
        bytes = []
        positions = []
        bytes.reserveCapacity(fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count })
        positions.reserveCapacity(fields.count + 1)
        for (name, value) in fields { append(name, value) }
    }

    /// Returns the values of all fields with a name, in order.
    public subscript(_ name: String) -> [String] {
        var values: [String] = []
        for position in positions where isNamed(position, name) { values.append(text(position.value)) }
        return values
    }

    /// Returns the value of the first field with a name.
    public func first(_ name: String) -> String? {
        positions.first { isNamed($0, name) }.map { text($0.value) }
    }

    /// Whether there is a field with a name.
    public func contains(_ name: String) -> Bool {
        positions.contains { isNamed($0, name) }
    }

    /// Whether both have the same spelling.
    package func isExactly(_ other: HTTPFields) -> Bool { positions == other.positions && bytes == other.bytes }

    /// Appends a field; others of the same name stay.
    public mutating func append(_ name: String, _ value: String) {
        append(name.utf8, value.utf8)
    }

    private mutating func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let middle = bytes.count
        bytes.append(contentsOf: value)
        positions.append(Position(name: start..<middle, value: middle..<bytes.count))
    }

    /// Removes all fields with a name.
    public mutating func remove(_ name: String) {
        positions = positions.filter { !isNamed($0, name) }
    }

    /// Replaces all fields with a name by one, in the place of the first.
    public mutating func replace(_ name: String, _ value: String) {
        let place = positions.firstIndex { isNamed($0, name) } ?? positions.endIndex
        remove(name)
        append(name, value)
        let field = positions.removeLast()
        positions.insert(field, at: place)
    }

    /// Returns the fields whose names begin with a prefix, given in lower case.
    public func withPrefix(_ prefix: String) -> [(name: String, value: String)] {
        positions.filter { $0.name.count > prefix.utf8.count && isPrefix(prefix, of: $0.name) }.map(field)
    }

    /// All fields in order.
    public var all: [(name: String, value: String)] {
        positions.map(field)
    }

    /// Splits off the fields whose names a function picks.
    public func split(where isPicked: (_ name: String) -> Bool) -> (
        picked: [(name: String, value: String)], others: HTTPFields
    ) {
        var (picked, others): ([(name: String, value: String)], HTTPFields) = ([], HTTPFields())
        others.bytes.reserveCapacity(byteCount)
        others.positions.reserveCapacity(positions.count)
        for position in positions {
            if isPicked(text(position.name)) {
                picked.append(field(position))
            } else {
                others.append(bytes[position.name], bytes[position.value])
            }
        }
        return (picked, others)
    }

    /// The size of all names and values in bytes.
    public var byteCount: Int {
        positions.reduce(0) { $0 + $1.name.count + $1.value.count }
    }

    private func field(_ position: Position) -> (name: String, value: String) {
        (text(position.name), text(position.value))
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    private func isNamed(_ position: Position, _ name: String) -> Bool {
        position.name.count == name.utf8.count && isPrefix(name, of: position.name)
    }

    /// Compares without regard to the case of letters.
    private func isPrefix(_ prefix: String, of range: Range<Int>) -> Bool {
        let (prefix, name) = (prefix.utf8.span, bytes.span.extracting(range))
        for index in prefix.indices where prefix[index] != name[index] {
            guard prefix[index].lowercased == name[index].lowercased else { return false }
        }
        return true
    }
}
