internal import OAuthServer

extension Error {
    /// What the log says of it: why a store cannot be reached, or else its type, since its text may hold a secret.
    var loggedCause: String { (self as? StoreUnavailable)?.reason ?? "\(type(of: self))" }
}
