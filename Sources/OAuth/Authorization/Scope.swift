internal import Primitives

/// A set of scope tokens in the order in which they were named.
///
/// RFC 6749 §3.3. Tokens are case-sensitive.
public struct Scope: Sendable, Hashable {
    /// The tokens without repetitions, in the order in which they were first named.
    public let tokens: [String]

    /// The token by which clients ask for a refresh token (OpenID Connect Core §11); here one is issued in any case.
    public static let offlineAccess = "offline_access"

    /// Collects tokens without repetitions.
    public init(_ tokens: [String]) {
        var seen: Set<String> = []
        self.tokens = tokens.filter { seen.insert($0).inserted }
    }

    /// Reads tokens that are separated by one space each.
    ///
    /// - Throws: `invalid_scope` when a token is empty or holds a character outside %x21 / %x23-5B / %x5D-7E.
    public init(parsing text: String) throws(OAuthError) {
        let tokens = text.split(separator: " ", omittingEmptySubsequences: false)
        guard tokens.allSatisfy(Self.isToken) else {
            throw OAuthError(
                .invalidScope,
                "The scope is not a list of tokens separated by single spaces (RFC 6749 section 3.3).",
                Explanation(
                    expected: "tokens of printable ASCII with one space between two of them",
                    received: "scope='\(public: text)'",
                    hint: Self.hint(ofMalformed: text, tokens)))
        }
        self.init(tokens.map(String.init))
    }

    private static func hint(ofMalformed text: String, _ tokens: [Substring]) -> SafeText {
        if text.hasPrefix("["), text.hasSuffix("]") { return "It is a JSON array. Join its elements with spaces." }
        if tokens.contains("") { return "There is a space too many: at the beginning, at the end, or twice in a row." }
        return "A token holds a quotation mark, a backslash, or something that is not printable ASCII."
    }

    private static func isToken(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
    }

    /// Whether every token of another scope is granted by this one.
    ///
    /// No token implies another here. If one ever does, this is the place to change (MCP 2026-07-28,
    /// basic/authorization, "Step-Up Authorization Flow").
    public func covers(_ needed: Scope) -> Bool {
        guard needed.tokens.count * tokens.count > Self.small else { return needed.tokens.allSatisfy(tokens.contains) }
        return Set(tokens).isSuperset(of: needed.tokens)
    }

    /// The tokens of another scope that this one does not cover.
    public func missing(of needed: Scope) -> [String] {
        needed.tokens.filter { !covers(Scope([$0])) }
    }

    /// The number of comparisons up to which a linear search is faster than a set.
    private static let small = 64

    /// The tokens of this scope without those of another, or the default when none are left.
    public func without(_ other: Scope, default scope: Scope) -> Scope {
        let others = Set(other.tokens)
        let rest = tokens.filter { !others.contains($0) }
        return rest.isEmpty ? scope : Scope(rest)
    }

    /// The tokens of this scope, then those of another that it lacks.
    public func union(_ other: Scope) -> Scope {
        Scope(tokens + other.tokens)
    }
}

extension Scope: CustomStringConvertible {
    /// The tokens joined by spaces, as in `scope`.
    public var description: String { tokens.joined(separator: " ") }
}

extension FormParameters {
    /// The value of `scope`.
    ///
    /// - Throws: `invalid_scope` when it is not a list of scope tokens.
    func scope() throws(OAuthError) -> Scope? {
        guard let text = try value(.scope) else { return nil }
        return try Scope(parsing: text)
    }
}
