// MARK: Introspection and revocation

/// The answers of `/introspect`, and the effect of `/revoke`.
extension Requirement {
    package static let introspectionIgnoresTheHint = Self(
        "Introspection takes a POSTed token; a hint never changes the answer.", source: "RFC 7662 §2.1")
    package static let introspectionNeedsTheSecret = Self(
        "Introspection needs the client's secret in every mode.", source: "RFC 7662 §2.1")
    package static let liveTokenIsDescribed = Self(
        "A live token is described in full, with times in whole seconds.", source: "RFC 7662 §2.2")
    package static let otherTokensAreInactive = Self(
        "Any other token is `{\"active\":false}` and nothing more.", source: "RFC 7662 §2.2")
    package static let revocationAlwaysSucceeds = Self(
        "Revocation answers 200 with no body, also for an unknown token.", source: "RFC 7009 §2.2")
    package static let revocationTakesTheFamily = Self(
        "A revocation has effect at once; a refresh token ends its whole family, an access token only itself.",
        source: "RFC 7009 §2.1")
    package static let wrongHintRevokes = Self(
        "A wrong hint does not save a token from revocation.", source: "RFC 7009 §2.1")
    package static let foreignTokenIsNotRevoked = Self(
        "A client cannot revoke a token of another.", source: "RFC 7009 §2.1")
}
