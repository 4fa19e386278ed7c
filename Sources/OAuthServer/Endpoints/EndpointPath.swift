/// The paths of the endpoints, at the root of every origin.
///
/// MCP 2025-03-26, basic/authorization, "Fallbacks for Servers without Metadata Discovery", prescribes the first,
/// second and last of them.
public enum EndpointPath: String, Sendable, CaseIterable {
    case authorize = "/authorize"
    case token = "/token"
    case introspect = "/introspect"
    case revoke = "/revoke"
    case register = "/register"
}
