/// The sender of a request, from the access token.
public struct Caller: Sendable, Hashable {
    /// The resource owner, or the client itself when it acts for itself.
    public let subject: String
    /// The client that the token was issued to.
    public let clientID: String
    /// The scopes of the token.
    public let scopes: [String]

    /// Makes a caller from a checked token.
    public init(subject: String, clientID: String, scopes: [String]) {
        self.subject = subject
        self.clientID = clientID
        self.scopes = scopes
    }
}
