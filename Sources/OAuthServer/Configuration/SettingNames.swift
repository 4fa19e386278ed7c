/// What settings are called where people set them, for hints that name one.
///
/// By default the properties of ``Configuration``; a command gives its flags.
public struct SettingNames: Sendable {
    /// The client and its id.
    public var client = "client"
    /// The people who can log in.
    public var users = "users"
    /// The redirect URIs of a web application.
    public var redirectURIs = "redirectURIs"
    /// The redirect URIs of an application with a scheme of its own.
    public var customSchemeRedirectURIs = "redirectURIs"
    /// That the client is public.
    public var publicClient = "authentication .none"
    /// That there are no refresh tokens.
    public var noRefreshTokens = "refreshPolicy .none"

    /// Starts from the names of the properties.
    public init() {}
}
