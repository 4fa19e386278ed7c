// MARK: Metadata

/// The metadata of the authorization server and of the protected resource.
extension Requirement {
    package static let serverMetadataIsPublic = Self(
        "Authorization-server metadata is one JSON object, served without credentials.", source: "RFC 8414 §3")
    package static let issuerIsOrigin = Self(
        "The issuer is the origin itself, byte for byte, without a trailing slash.", source: "RFC 8414 §3.3")
    package static let serverMetadataIsComplete = Self(
        "The required members are present; their URLs are absolute and belong to this server.", source: "RFC 8414 §2")
    package static let s256IsAnnounced = Self(
        "`S256` is announced as the only code challenge method.",
        source: "MCP 2026-07-28, basic/authorization/security-considerations, \"Authorization Code Protection\"")
    package static let issParameterIsAnnounced = Self(
        "The `iss` parameter of authorization responses is announced, as a boolean.", source: "RFC 9207 §3")
    package static let grantTypesAreListed = Self(
        "The grant types that the settings allow are listed explicitly.", source: "RFC 8414 §2")
    package static let clientAuthenticationIsListed = Self(
        "The token endpoint's authentication methods are listed; `none` never stands beside others.",
        source: "RFC 8414 §2")
    package static let noRegistrationIsAnnounced = Self(
        "No registration endpoint is announced, since registration is refused.",
        source: "MCP 2026-07-28, basic/authorization/client-registration")
    package static let tokenServicesAreAnnounced = Self(
        "Revocation and introspection endpoints are announced with their authentication methods.",
        source: "RFC 8414 §2")
    package static let scopesAreListed = Self(
        "The scopes listed are all that can be requested; response types and modes are `code` and `query`.",
        source: "RFC 8414 §2")
    package static let emptyListsAreOmitted = Self(
        "A member whose list would be empty is left out.", source: "RFC 8414 §3.2")
    package static let endpointsLieAtTheRoot = Self(
        "The endpoints lie at the root under the names that clients of 2025-03-26 fall back to.",
        source: "MCP 2025-03-26, basic/authorization, \"Fallbacks for Servers without Metadata Discovery\"")
    package static let resourceMetadataHasAPathForm = Self(
        "The path form of protected-resource metadata names this resource and its authorization server.",
        source: "RFC 9728 §3")
    package static let resourceMetadataHasARootForm = Self(
        "The root form is served too and names the origin as its resource.", source: "RFC 9728 §3.3")
    package static let resourceSpellingsAreEqual = Self(
        "The resource is accepted with or without a slash, with any case in scheme and host.",
        source: "MCP 2026-07-28, basic/authorization, \"Canonical Server URI\"")
    package static let resourceMetadataListsBaseScopes = Self(
        "The document lists the base scopes, the header as the only bearer method, and a name for people.",
        source: "RFC 9728 §2")
    package static let resourceMetadataIsWellFormed = Self(
        "The document has no empty list, and its resource no fragment.", source: "RFC 9728 §3.2")
    package static let offlineAccessIsNotAdvertised = Self(
        "`offline_access` appears neither in the document nor in a challenge.",
        source: "MCP 2026-07-28, basic/authorization, \"Refresh Tokens\"")
}
