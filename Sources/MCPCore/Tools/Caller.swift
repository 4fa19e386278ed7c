/// Who sends a request, as the access token tells.
public struct Caller: Sendable, Hashable {
    /// The resource owner, or the client itself when it acts for nobody.
    public let subject: String
    /// The client the token was issued to.
    public let clientID: String
    /// What the token allows.
    public let scopes: [String]

    /// A caller whose token has been checked.
    public init(subject: String, clientID: String, scopes: [String]) {
        self.subject = subject
        self.clientID = clientID
        self.scopes = scopes
    }
}
