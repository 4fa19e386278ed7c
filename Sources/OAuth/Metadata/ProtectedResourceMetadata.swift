/// The metadata of a protected resource.
///
/// RFC 9728 §2.
public struct ProtectedResourceMetadata: Sendable {
    /// The resource's identifier, from which the well-known URL is derived.
    public let resource: String
    /// The issuers of the authorization servers whose tokens it accepts.
    public let authorizationServers: [String]
    /// The scopes for basic use.
    public let scopes: Scope
    /// The name for people.
    public let name: String

    /// Collects the metadata.
    public init(resource: String, authorizationServers: [String], scopes: Scope, name: String) {
        self.resource = resource
        self.authorizationServers = authorizationServers
        self.scopes = scopes
        self.name = name
    }

    /// The names of the members, as RFC 9728 §2 spells them.
    package enum MemberName: String {
        case resource
        case authorizationServers = "authorization_servers"
        case scopes = "scopes_supported"
        case bearerMethods = "bearer_methods_supported"
        case name = "resource_name"
    }

    /// The JSON document.
    ///
    /// It lists the header as the only way to send a token.
    public var document: Document {
        Document([
            MemberName.resource: .string(resource),
            .authorizationServers: .strings(authorizationServers),
            .scopes: .strings(scopes.tokens),
            .bearerMethods: .strings(["header"]),
            .name: .string(name),
        ])
    }
}
