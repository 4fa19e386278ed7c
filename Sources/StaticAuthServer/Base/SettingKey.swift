/// A setting; its raw value is the name of the property of ``Settings``.
public enum SettingKey: String, CaseIterable, Sendable {
    /// The address to listen on.
    case host
    /// The port.
    case port
    /// The origin under which clients reach the server.
    case publicURL
    /// The proxies that are believed.
    case trustedProxies

    /// The identifier of the client.
    case clientID
    /// The secret of the client.
    case clientSecret
    /// The methods of client authentication.
    case tokenAuth
    /// The public client beside it.
    case publicClient
    /// The registered redirect URIs.
    case redirectURIs
    /// The comparison of redirect URIs.
    case redirectMatch
    /// The known clients whose redirect URIs are registered.
    case redirectPreset

    /// The scopes of every token.
    case scope
    /// The further scopes of tools.
    case requireScope
    /// The other resources.
    case resource
    /// The users.
    case users
    /// The user who is logged in automatically.
    case autoApprove

    /// The lifetime of access tokens.
    case accessTokenTTL
    /// The lifetime of refresh tokens.
    case refreshTokenTTL
    /// The lifetime of codes.
    case codeTTL
    /// The treatment of used refresh tokens.
    case refresh
    /// Whether a refresh drops scopes.
    case refreshDropsScope
    /// The lifetime that token responses state.
    case advertiseExpiresIn

    /// The form of answers to POST requests.
    case postResponses
    /// The limit of tool calls.
    case rateLimit
    /// The interval of notifications about the list of tools.
    case listChangedInterval

    /// Whether the debug features exist.
    case debug
    /// The scenario at the start.
    case scenario
    /// The token for the debug features.
    case debugToken
}
