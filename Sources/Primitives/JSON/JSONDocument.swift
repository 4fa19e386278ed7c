/// A JSON text that has been parsed, with an index of its values.
///
/// A Swift value is made only on access: most values of a message are read once, some never.
final class JSONDocument: Sendable {
    /// The text, followed by its unescaped strings.
    private let octets: [UInt8]
    private let places: [JSONNode]
    private let indexes: JSONIndexes

    /// The node of the outermost value.
    static let root = 0

    /// Parses the whole text.
    ///
    /// - Throws: ``JSONSyntaxError``.
    init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
        let reader = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONSyntaxError) in
            var reader = JSONReader(bytes: buffer)
            try reader.read()
            return reader
        }
        octets = reader.unescaped.isEmpty ? bytes : bytes + reader.unescaped
        places = reader.places
        indexes = reader.indexes
    }

    /// The value of a node; objects in it are not read yet.
    func value(at position: Int) -> JSONValue {
        let place = places[position]
        switch place.kind {
        case .null: return .null
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number: return .number(JSONNumber(spelt: string(at: position)))
        case .string: return .string(string(at: position))
        case .array:
            var elements: [JSONValue] = []
            elements.reserveCapacity(place.size)
            var element = position + 1
            while element < place.next {
                elements.append(value(at: element))
                element = places[element].next
            }
            return .array(elements)
        case .object: return .object(JSONObject(in: self, at: position))
        }
    }

    private func string(at position: Int) -> String {
        let place = places[position]
        return octets.withUnsafeBufferPointer {
            String(decoding: UnsafeBufferPointer(rebasing: $0[place.start..<place.start + place.size]), as: UTF8.self)
        }
    }
}

/// The nodes of the values in large objects, by name.
typealias JSONIndexes = [Int: [ExactName: Int]]

// MARK: Objects

extension JSONDocument {
    /// The size of the text and its unescaped strings, in bytes.
    var size: Int { octets.count }

    /// The number of members of an object.
    func count(of object: Int) -> Int { places[object].size }

    /// The members of an object in order.
    func members(of object: Int) -> [JSONObject.Member] {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(count(of: object))
        var name = object + 1
        while name < places[object].next {
            members.append((string(at: name), value(at: name + 1)))
            name = places[name + 1].next
        }
        return members
    }

    /// The value of the member with this name in an object.
    func value(named name: String, of object: Int) -> JSONValue? {
        if !indexes.isEmpty, let index = indexes[object] { return index[ExactName(text: name)].map(value) }
        let (octets, name) = (octets, name.utf8.span)
        var position = object + 1
        while position < places[object].next {
            let place = places[position]
            if place.size == name.count,
                octets.span.extracting(place.start..<place.start + place.size).isExactly(name)
            {
                return value(at: position + 1)
            }
            position = places[position + 1].next
        }
        return nil
    }
}
