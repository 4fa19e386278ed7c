/// A flat JSON object in a fixed order of members, not yet written.
///
/// OAuth's documents need no more than this. JSON itself belongs to another target; the edge writes a document with it.
public struct Document: Sendable, Equatable {
    /// The value of a member.
    public enum Value: Sendable, Equatable {
        /// A string.
        case string(String)
        /// A whole number.
        case integer(Int64)
        /// True or false.
        case boolean(Bool)
        /// An array of strings, left out when it is empty.
        case strings([String])
    }

    /// A name and its value.
    public struct Member: Sendable, Equatable {
        /// The name as it stands in JSON.
        public let name: String
        /// The value as it stands in JSON.
        public let value: Value
    }

    /// The members in the order in which they are written.
    public let members: [Member]

    /// Collects members, leaving out those without a value and those that would be an empty array.
    ///
    /// RFC 8414 §3.2 and RFC 9728 §3.2: parameters with zero elements must be omitted.
    public init<Name: RawRepresentable<String>>(_ members: KeyValuePairs<Name, Value?>) {
        self.members = members.compactMap { name, value in
            guard let value, value != .strings([]) else { return nil }
            return Member(name: name.rawValue, value: value)
        }
    }

    /// The value of a member, or nil when the document has none of that name.
    public subscript(_ name: String) -> Value? {
        members.first { $0.name == name }?.value
    }
}

extension Document: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The names of the members; values may be tokens and are never shown.
    public var description: String { "Document(\(members.map(\.name).joined(separator: ", ")))" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
