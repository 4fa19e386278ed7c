import OAuth
internal import Primitives

/// Rules for the parameter `resource` beyond RFC 8707, as real servers have them.
public enum ResourceRule: Sendable {
    /// It is optional.
    case lenient
    /// It is required.
    case required
    /// It is forbidden.
    case refused
    /// If present, it must end with a slash.
    case trailingSlash

    /// Checks the values of one request.
    ///
    /// - Throws: `invalid_target`.
    func check(_ resources: [ResourceIndicator], path: String) throws(OAuthError) {
        switch self {
        case .lenient: return
        case .required:
            guard resources.isEmpty else { return }
            throw OAuthError(
                .invalidTarget, "The parameter resource is missing. Send it with both requests.",
                Explanation(expected: "resource", received: "no resource", rule: .resourceRequired))
        case .refused:
            guard !resources.isEmpty else { return }
            throw OAuthError(
                .invalidTarget, "The parameter resource is not supported here.",
                Explanation(
                    expected: "no resource", received: "resource=\(SafeText(list: resources.map(\.text)))",
                    rule: .resourceRefused))
        case .trailingSlash:
            guard !resources.allSatisfy({ $0.text.hasSuffix("\(path)/") }) else { return }
            throw OAuthError(
                .invalidTarget, "The resource is not the one that the metadata names, which ends with \(path)/.",
                Explanation(
                    expected: "a resource that ends with '\(public: path)/'",
                    received: "resource=\(SafeText(list: resources.map(\.text)))",
                    rule: resources.allSatisfy { $0.text.hasSuffix(path) || $0.text.hasSuffix("\(path)/") }
                        ? .resourceSlash : nil))
        }
    }
}
