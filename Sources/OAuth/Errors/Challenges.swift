/// The challenge of a protected resource.
///
/// RFC 6750 §3 and RFC 9728 §5.1. Without an error it tells a client without credentials where to begin.
public struct BearerChallenge: Sendable {
    /// The refusal of the request's token; nil when it had none.
    public let error: OAuthError?
    /// All scopes that the request needs.
    public let scope: Scope
    /// The URL of the protected resource's metadata.
    public let resourceMetadata: String
    /// The URL of a page about the error; nil for none.
    public var errorURI: String?

    /// Makes a challenge.
    public init(error: OAuthError? = nil, scope: Scope, resourceMetadata: String) {
        self.error = error
        self.scope = scope
        self.resourceMetadata = resourceMetadata
    }

    /// The value of `WWW-Authenticate`.
    public var headerValue: String {
        challenge(
            "Bearer",
            [
                (ParameterName.error.rawValue, error?.code.rawValue),
                (ParameterName.errorDescription.rawValue, error?.description),
                (ParameterName.errorURI.rawValue, errorURI),
                ("resource_metadata", resourceMetadata),
                (ParameterName.scope.rawValue, scope.description),
            ])
    }
}

/// The challenge of an endpoint at which clients authenticate.
///
/// RFC 6749 §5.2, RFC 7617 §2.
public struct BasicChallenge: Sendable {
    /// The name of what is protected.
    public let realm: String

    /// Makes a challenge.
    public init(realm: String) {
        self.realm = realm
    }

    /// The value of `WWW-Authenticate`.
    public var headerValue: String { challenge("Basic", [("realm", realm), ("charset", "UTF-8")]) }
}

/// Writes a scheme and its parameters, each value a quoted string (RFC 9110 §11.6.1, §5.6.4).
///
/// A parameter without a value, or with an empty one, is left out.
private func challenge(_ scheme: String, _ parameters: [(name: String, value: String?)]) -> String {
    let fields = parameters.compactMap { name, value -> String? in
        guard let value, !value.isEmpty else { return nil }
        let escaped = value.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
        return "\(name)=\"\(escaped)\""
    }
    return "\(scheme) \(fields.joined(separator: ", "))"
}
