/// A JSON object whose members keep their order.
///
/// RFC 8259 §4. Names are compared code point by code point, not by canonical equivalence as `String` does. Two objects
/// are equal when they have equal members in any order. An object that was parsed retains the whole text, and makes a
/// value anew on each access.
public struct JSONObject: Sendable {
    /// The maximum number of members that are searched linearly; beyond it an index is faster.
    static let largestUnindexedCount = 16

    /// A name and its value.
    public typealias Member = (name: String, value: JSONValue)

    private enum Content {
        case members(JSONMembers)
        /// An object within a parsed text, whose members are read on access.
        case text(JSONDocument, position: Int)
    }

    private var content: Content

    /// An object without members.
    public init() { content = .members(JSONMembers()) }

    /// Collects members; of two with the same name the later one counts.
    public init(_ members: some Sequence<(String, JSONValue)>) { content = .members(JSONMembers(members)) }

    /// An object within a parsed text.
    init(in text: JSONDocument, at position: Int) { content = .text(text, position: position) }

    /// The members in order.
    public var members: [Member] {
        switch content {
        case .members(let members): members.list
        case .text(let text, let position): text.members(of: position)
        }
    }

    /// The number of members.
    public var count: Int {
        switch content {
        case .members(let members): members.list.count
        case .text(let text, let position): text.count(of: position)
        }
    }

    /// An equal object that does not retain the text around it.
    package var detached: JSONObject { (try? JSONParser.parse(JSONWriter.bytes(of: self)))?.object ?? self }

    /// The size in bytes of the text that it retains; 0 for an object that was not parsed.
    package var textSize: Int { if case .text(let text, _) = content { text.size } else { 0 } }

    /// Whether there are no members.
    public var isEmpty: Bool { count == 0 }

    /// The value under a name; setting nil removes the member, a new name goes to the end.
    public subscript(name: String) -> JSONValue? {
        get {
            switch content {
            case .members(let members): members[name]
            case .text(let text, let position): text.value(named: name, of: position)
            }
        }
        set {
            var members = if case .members(let members) = content { members } else { JSONMembers(self.members) }
            content = .members(JSONMembers())
            members[name] = newValue
            content = .members(members)
        }
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
