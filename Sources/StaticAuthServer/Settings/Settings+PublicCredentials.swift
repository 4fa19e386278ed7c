internal import OAuth
internal import OAuthServer
internal import Primitives

extension Settings {
    /// Secret and login, as far as they are the public defaults, by the names that the ready file has for them.
    ///
    /// With a secret of its own a client knows it already, and nobody else should read it there.
    var publicCredentials: JSONObject {
        var members: JSONObject = [:]
        if hasDefaultSecret, tokenAuth != .none { members["client_secret"] = .string(clientSecret.reveal()) }
        if let user = users.first(where: hasDefaultPassword) {
            members["username"] = .string(user.name)
            members["password"] = .string(user.password.reveal())
        }
        return members
    }
}
