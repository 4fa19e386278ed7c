package import Primitives

/// The names of settings for people, in hints.
///
/// By default they are the properties of ``Configuration``; a command gives its flags.
public struct SettingNames: Sendable {
    /// The client and its id.
    public var client = "client"
    /// The clients beside it, and their ids.
    public var otherClients = "otherClients"
    /// The setting of the users who can log in.
    public var users = "users"
    /// The redirect URIs of a web application.
    public var redirectURIs = "redirectURIs"
    /// The redirect URIs of an application with a scheme of its own.
    public var customSchemeRedirectURIs = "redirectURIs"
    /// The setting of a public client.
    public var publicClient = "authentication .none"
    /// The setting for no refresh tokens.
    public var noRefreshTokens = "refreshPolicy .none"
    /// What to do about a redirect URI of a known client that is not registered; nil for any other URI.
    package var adviceOnKnownURI: @Sendable (_ redirectURI: String) -> SafeText? = { _ in nil }

    /// Makes the names of the properties.
    public init() {}
}
