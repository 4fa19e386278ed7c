/// The members of an object that is made in memory.
struct JSONMembers {
    /// The members in order.
    private(set) var list: [JSONObject.Member] = []

    /// The position of each name, kept only for large objects.
    private var positions: [ExactName: Int] = [:]

    init() {}

    init(_ members: some Sequence<(String, JSONValue)>) {
        list.reserveCapacity(members.underestimatedCount)
        for (name, value) in members { self[name] = value }
    }

    subscript(name: String) -> JSONValue? {
        get { position(of: name).map { list[$0].value } }
        set {
            switch (newValue, position(of: name)) {
            case (let value?, let position?): list[position].value = value
            case (let value?, nil): append(value, under: name)
            case (nil, let position?):
                list.remove(at: position)
                index()
            case (nil, nil): break
            }
        }
    }

    private mutating func append(_ value: JSONValue, under name: String) {
        list.append((name, value))
        if list.count == JSONObject.largestUnindexedCount + 1 {
            index()
        } else if list.count > JSONObject.largestUnindexedCount {
            positions[ExactName(text: name)] = list.count - 1
        }
    }

    private func position(of name: String) -> Int? {
        guard positions.isEmpty else { return positions[ExactName(text: name)] }
        let members = list.span
        return members.indices.first { members[$0].name.isExactly(name) }
    }

    private mutating func index() {
        positions = [:]
        guard list.count > JSONObject.largestUnindexedCount else { return }
        for (position, member) in list.enumerated() { positions[ExactName(text: member.name)] = position }
    }
}

/// A name that equals only the same sequence of code points.
package struct ExactName: Hashable {
    package let text: String

    package init(text: String) { self.text = text }

    package static func == (left: ExactName, right: ExactName) -> Bool { left.text.isExactly(right.text) }

    /// Hashes the bytes: `String` hashes canonically equivalent texts alike, so a client could make any number collide.
    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
