import OAuth

/// What is asked of the parameter `resource` beyond RFC 8707, as servers exist that ask it.
public enum ResourceRule: Sendable {
    /// Nothing: it may be there or not.
    case lenient
    /// It has to be there.
    case required
    /// It may not be there.
    case refused
    /// If it is there, it has to end with a slash.
    case trailingSlash

    /// Judges the values of one request.
    ///
    /// - Throws: `invalid_target`.
    func check(_ resources: [ResourceIndicator], path: String) throws(OAuthError) {
        switch self {
        case .lenient: return
        case .required:
            guard resources.isEmpty else { return }
            throw OAuthError(.invalidTarget, "The parameter resource is missing. Send it with both requests.")
        case .refused:
            guard !resources.isEmpty else { return }
            throw OAuthError(.invalidTarget, "The parameter resource is not supported here. Leave it out.")
        case .trailingSlash:
            guard !resources.allSatisfy({ $0.text.hasSuffix("\(path)/") }) else { return }
            throw OAuthError(
                .invalidTarget, "The resource is not the one that the metadata names, which ends with \(path)/.")
        }
    }
}
