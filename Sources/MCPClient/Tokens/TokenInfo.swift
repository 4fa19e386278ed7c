public import Primitives

/// The introspection response about a token.
///
/// RFC 7662 §2.2.
public struct TokenInfo: Sendable {
    /// The whole answer.
    public let document: JSONObject

    init(_ document: JSONObject) { self.document = document }

    /// Whether the token is valid.
    public var isActive: Bool { document["active"]?.bool ?? false }
}
