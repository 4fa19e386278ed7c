/// One thing that the doctor looks at, in the order of the report.
public enum DoctorCheck: String, Sendable, CaseIterable {
    // What can be seen without a client.
    case reachable
    case challenge
    case wellKnownType = "well-known-type"
    case resourceMetadata = "resource-metadata"
    case resourceMetadataURL = "resource-metadata-url"
    case resourceMetadataPlaces = "resource-metadata-places"
    case resource
    case issuerMetadata = "issuer-metadata"
    case issuer
    case endpoints
    case pkce
    case scopes
    case issuerParameter = "issuer-parameter"
    case registration
    case cors
    case exposedHeaders = "exposed-headers"
    // What a client meets before anybody logs in.
    case tokenTime = "token-time"
    case tokenErrors = "token-errors"
    case client
    case tokenMethods = "token-methods"
    case authMethods = "auth-methods"
    case redirectPort = "redirect-port"
    case resourceParameter = "resource-parameter"
    // The login.
    case login
    case state
    case responseIssuer = "response-issuer"
    case token
    case tokenLifetime = "token-lifetime"
    // The MCP server.
    case freshToken = "fresh-token"
    case modern = "mcp-2026-07-28"
    case november = "mcp-2025-11-25"
    case june = "mcp-2025-06-18"
    case march = "mcp-2025-03-26"
    case negotiation
    case handshake
    case results
    case notifications
    case unknownMethod = "unknown-method"
    case ping
    case eventStream = "event-stream"
    case tools
    case scopeChallenge = "scope-challenge"
    case stepUp = "step-up"
    case toolCall = "tool-call"
    case session
    case endedSession = "ended-session"
    case badToken = "bad-token"
    // The end of a token.
    case refresh
    case refreshScope = "refresh-scope"
    case refreshReuse = "refresh-reuse"
    case revocation

    /// The check without whose success this one cannot be looked at; nil when there is none.
    var needs: DoctorCheck? {
        switch self {
        case .reachable: nil
        case .challenge, .wellKnownType, .resourceMetadata, .issuerMetadata, .cors, .badToken: .reachable
        case .resourceMetadataURL, .resourceMetadataPlaces, .resource: .resourceMetadata
        case .issuer, .endpoints, .pkce, .scopes, .issuerParameter, .registration: .issuerMetadata
        case .exposedHeaders: .cors
        case .tokenTime: .endpoints
        case .tokenErrors: .tokenTime
        case .client: .tokenErrors
        case .tokenMethods, .redirectPort: .client
        case .authMethods: .tokenMethods
        case .resourceParameter, .login: .redirectPort
        case .state: .login
        case .responseIssuer: .state
        case .token: .responseIssuer
        case .tokenLifetime, .freshToken, .refresh, .revocation: .token
        case .modern, .november, .june, .march, .tools, .negotiation, .notifications, .unknownMethod: .freshToken
        case .results: .modern
        case .handshake: .november
        case .ping, .eventStream: .handshake
        case .scopeChallenge, .toolCall: .tools
        case .stepUp: .scopeChallenge
        case .session, .endedSession: .handshake
        case .refreshScope, .refreshReuse: .refresh
        }
    }

    /// Whether another check stands somewhere on the way to this one.
    func depends(on other: DoctorCheck) -> Bool { needs.map { $0 == other || $0.depends(on: other) } ?? false }
}
