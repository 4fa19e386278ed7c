public import Primitives

/// The difference between a URI that was sent and the one that was meant.
///
/// Redirect URIs and resource indicators are compared exactly, or nearly so; the usual mistake is in one part of them.
public struct URIDifference: Sendable {
    /// The URI that was meant.
    public let wanted: String
    /// The differences, each in a few words.
    public let parts: [SafeText]

    /// Compares two URIs part by part, or returns nil when one of them is no URI.
    public init?(_ sent: String, _ wanted: String) {
        guard let left = URI(sent), let right = URI(wanted) else { return nil }
        self.wanted = wanted
        parts = [
            Self.scheme(left, right), Self.host(left, right), Self.port(left, right), Self.path(left.path, right.path),
            left.query == right.query ? nil : "the query",
            left.fragment == right.fragment ? nil : "a fragment, which has to go",
            left.userinfo == right.userinfo ? nil : "the user information before @, which has to go",
        ].compactMap { $0 }
    }

    private var isOnLoopback: Bool { URI(wanted)?.isLoopback == true }

    /// Describes the nearest of several URIs and the difference; nil when none is near.
    public static func hint(_ sent: String, insteadOf candidates: [String]) -> SafeText? {
        if let placeholder = SecretHints.placeholder(sent) { return placeholder }
        if sent.hasSpaceAround { return "There is white space around the URI." }
        if URI(sent) == nil {
            if sent.count > 2, let first = sent.first, "\"'".contains(first), sent.last == first {
                return "The URI stands within quotation marks. Take them off."
            }
            if FormCoding.decode(Array(sent.utf8)[...]).flatMap({ URI($0) }) != nil {
                return "It is percent-encoded once too often."
            }
            let example: SafeText = candidates.first.map { ", as in \(public: $0)," } ?? " such as https:"
            return "It is not an absolute URI: that begins with a scheme\(example) and has no spaces."
        }
        let differences = candidates.compactMap { URIDifference(sent, $0) }
        guard let nearest = differences.min(by: { $0.parts.count < $1.parts.count }), !nearest.parts.isEmpty else {
            return nil
        }
        switch nearest.parts.count {
        case 2 where URI(sent)?.host != URI(nearest.wanted)?.host && !nearest.isOnLoopback: return nil
        case 1: return "It differs from '\(public: nearest.wanted)' only by \(nearest.parts[0])."
        case 2: return "It differs from '\(public: nearest.wanted)' by \(nearest.parts[0]), and \(nearest.parts[1])."
        default: return nil
        }
    }

    private static func scheme(_ left: URI, _ right: URI) -> SafeText? {
        if left.scheme == right.scheme { return nil }
        return "the scheme: \(public: left.scheme) instead of \(public: right.scheme)"
    }

    private static func host(_ left: URI, _ right: URI) -> SafeText? {
        guard left.host != right.host else { return nil }
        let hosts: SafeText = "\(public: left.host ?? "none") instead of \(public: right.host ?? "none")"
        if left.host?.lowercased() == right.host?.lowercased() { return "the case of the host: \(hosts)" }
        guard left.isLoopback, right.isLoopback else { return "the host: \(hosts)" }
        return "the host: \(hosts); both are this machine, but not the same text"
    }

    private static func port(_ left: URI, _ right: URI) -> SafeText? {
        guard left.port != right.port else { return nil }
        func text(_ port: UInt16?) -> SafeText { port.map { "\($0)" } ?? "none" }
        return "the port: \(text(left.port)) instead of \(text(right.port))"
    }

    private static func path(_ left: String, _ right: String) -> SafeText? {
        if left == right { return nil }
        if left == right + "/" { return "a slash too many at its end" }
        if left + "/" == right { return "the slash that is missing at its end" }
        let paths: SafeText = "'\(public: left)' instead of '\(public: right)'"
        if left.lowercased() == right.lowercased() { return "the case of the path: \(paths)" }
        return "the path: \(paths)"
    }
}

extension String {
    /// Whether the text begins or ends with white space.
    public var hasSpaceAround: Bool { first?.isWhitespace == true || last?.isWhitespace == true }
}
