// MARK: The client: discovery and authorization

/// The metadata that the client accepts, and the servers to which it sends credentials.
extension Requirement {
    package static let challengesAreReadInFull = Self(
        "Challenges are read in full: several fields and schemes, quoted strings, tokens, any case.",
        source: "RFC 6750 §3")
    package static let metadataIsFoundByChallenge = Self(
        "The challenge's URL is the only place for metadata; without one the path form precedes the root form.",
        source: "MCP 2026-07-28, basic/authorization/authorization-server-discovery")
    package static let foreignMetadataIsRefused = Self(
        "Metadata about another resource stops the client before any authorization request.",
        source: "MCP conformance suite, resource-mismatch")
    package static let oneIssuerIsChosen = Self(
        "One of several authorization servers is chosen, preferring one with credentials.",
        source: "MCP 2026-07-28, basic/authorization/authorization-server-discovery")
    package static let issuerMetadataHasKnownPlaces = Self(
        "The issuer's metadata is fetched from its known places, in their order.",
        source: "MCP 2026-07-28, basic/authorization/authorization-server-discovery")
    package static let issuerMustMatchItsMetadata = Self(
        "Metadata that names another issuer is not used.", source: "RFC 8414 §3.3")
    package static let noLoginWithoutPKCE = Self(
        "Without PKCE by S256 in the metadata no browser opens.",
        source: "MCP 2026-07-28, basic/authorization/security-considerations, \"Authorization Code Protection\"")
    package static let originIsTheLegacyIssuer = Self(
        "A server of 2025-03-26 is found by its origin; endpoints without metadata are assumed only on request.",
        source: "MCP 2025-03-26, basic/authorization, \"Server Metadata Discovery\"")
    package static let serverURLsAreSafe = Self(
        "URLs that a server names are https or on this machine, and redirects never leave an origin.",
        source: "MCP Security Best Practices, \"Server-Side Request Forgery\"")
    package static let givenCredentialsComeFirst = Self(
        "Given credentials precede documents and registration; without any the error says how to give them.",
        source: "MCP 2026-07-28, basic/authorization/client-registration")
    package static let credentialsStayWithTheirIssuer = Self(
        "Credentials of one issuer never reach another.",
        source: "MCP 2026-07-28, basic/authorization/client-registration, \"Authorization Server Binding\"")
    package static let clientAuthenticatesAsOffered = Self(
        "The client authenticates by a method that the metadata offers, and sends no secret to `none`.",
        source: "RFC 8414 §2")
    package static let authorizationRequestIsComplete = Self(
        "The authorization request has PKCE, state and the resource.",
        source: "MCP 2026-07-28, basic/authorization, \"Resource Parameter Implementation\"")
    package static let challengedScopeIsRequested = Self(
        "The scope is the challenge's, else the resource's, else left out.",
        source: "MCP 2026-07-28, basic/authorization, \"Scope Selection Strategy\"")
    package static let verifierIsFresh = Self(
        "Each request has its own verifier of 43 unreserved characters.", source: "RFC 7636 §4.1")
    package static let expectationPrecedesTheBrowser = Self(
        "The expected values of an answer are complete before the browser opens, so two logins do not mix.",
        source: "MCP 2026-07-28, basic/authorization, \"Authorization Response Validation\"")
    package static let callbackIsOnLoopback = Self(
        "The callback is received on a loopback address at the port that the request names.", source: "RFC 8252 §7.3")
    package static let answerIsCheckedInOrder = Self(
        "Repetitions, state, issuer, error and code are checked in this order.",
        source: "MCP 2026-07-28, basic/authorization, \"Authorization Response Validation\"")
    package static let wrongIssuerHidesTheAnswer = Self(
        "An issuer is compared byte for byte, and a wrong one hides everything else in the answer.",
        source: "RFC 9207 §2.4")
    package static let clientPrintsNoSecret = Self(
        "No code, verifier, token or secret is shown.",
        source: "MCP 2026-07-28, basic/authorization/security-considerations, \"Token Theft\"")
}
