/// A JSON object whose members keep their order.
///
/// RFC 8259 §4. Names are compared code point by code point, not by canonical equivalence as `String` does. Two objects
/// are equal when they have equal members in any order.
public struct JSONObject: Sendable {
    /// A name and its value.
    public typealias Member = (name: String, value: JSONValue)

    /// The members in order.
    public private(set) var members: [Member] = []

    /// Where a name is, kept only for objects so large that looking through them costs more than hashing.
    private var positions: [ExactName: Int] = [:]

    private static let largestUnindexedCount = 16
    /// What most objects have no more than, so that they grow once.
    private static let usualCount = 4

    /// An object without members.
    public init() {}

    /// The members given; of two with the same name the later one counts.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        self.members.reserveCapacity(members.underestimatedCount)
        for (name, value) in members where !insert(value, under: name) { self[name] = value }
    }

    /// The number of members.
    public var count: Int { members.count }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The value under a name; setting nil removes the member, a new name goes to the end.
    public subscript(name: String) -> JSONValue? {
        get { position(of: name).map { members[$0].value } }
        set {
            if let newValue {
                if !insert(newValue, under: name), let position = position(of: name) {
                    members[position].value = newValue
                }
            } else if let position = position(of: name) {
                members.remove(at: position)
                index()
            }
        }
    }

    /// Adds a member at the end, unless the name is taken.
    mutating func insert(_ value: consuming JSONValue, under name: consuming String) -> Bool {
        guard position(of: name) == nil else { return false }
        if members.count > Self.largestUnindexedCount { positions[ExactName(text: copy name)] = members.count }
        if members.isEmpty { members.reserveCapacity(Self.usualCount) }
        members.append((name, value))
        if members.count == Self.largestUnindexedCount + 1 { index() }
        return true
    }

    private func position(of name: String) -> Int? {
        guard positions.isEmpty else { return positions[ExactName(text: name)] }
        let members = members.span
        return members.indices.first { members[$0].name.isExactly(name) }
    }

    private mutating func index() {
        positions = [:]
        guard members.count > Self.largestUnindexedCount else { return }
        for (position, member) in members.enumerated() { positions[ExactName(text: member.name)] = position }
    }
}

extension JSONObject: Equatable {
    /// Compares the members, whatever their order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The members in the order written.
    public init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}

/// A name that equals only the same sequence of code points.
private struct ExactName: Hashable {
    let text: String

    static func == (left: ExactName, right: ExactName) -> Bool { left.text.isExactly(right.text) }

    func hash(into hasher: inout Hasher) { text.hash(into: &hasher) }
}
