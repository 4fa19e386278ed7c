import OAuth
internal import Primitives

/// Authenticates a user by name and password.
struct PasswordCheck {
    let environment: Environment

    /// Returns the user, or nil when name or password is wrong.
    ///
    /// It compares all users, in constant time, so that an unknown name takes as long as a wrong password. ``Throttle``
    /// counts failures.
    func check(name: String, password: Secret, peer: String) throws(TooManyAttempts) -> User? {
        let attempt = try environment.throttle.begin(.user, name: name, network: peer, at: environment.now())
        let (name, password) = (Digest(of: name), password.digest)
        var found: User?
        for user in environment.configuration.users {
            let (isName, isPassword) = (Digest(of: user.name) == name, user.passwordDigest == password)
            if isName && isPassword { found = user }
        }
        if found != nil { environment.throttle.succeed(attempt) }
        return found
    }

    /// Explains why name and password are no user's.
    ///
    /// It computes every hint for every name, so that an unknown one takes as long.
    func explanation(name: String, password: Secret) -> Explanation {
        let users = environment.configuration.users
        let user = users.first { $0.name == name }
        let nearest = SpellingSuggestion.name(to: name, among: users.map(\.name))
        let digest = Digest(of: name)
        let isPassword = users.map { $0.passwordDigest == digest }.contains(true)
        let isPublic = environment.configuration.publicSecrets.contains(password.digest)
        let mistake = SecretHints.hint(password, insteadOf: user?.passwordDigest)
        guard let user else {
            return Explanation(
                expected: "the user \(SafeText(list: users.map(\.name)))",
                received: isPassword
                    ? "a password as user name"
                    // A name that is like none may be a password in the wrong field, and this may be logged.
                    : nearest == nil ? "a user name with the fingerprint \(digest)" : "the user '\(public: name)'",
                hint: isPassword
                    ? "The password is where the user name should be."
                    : nearest.map { "Did you mean '\(public: $0)'? Case and spaces count." }
                        ?? "Users are set with \(public: environment.configuration.names.users).")
        }
        return Explanation(
            expected: "a password with the fingerprint \(user.passwordDigest)", received: "\(password)",
            hint: isPublic
                ? "It is one of the defaults, but this server was started with another one." : mistake)
    }
}
