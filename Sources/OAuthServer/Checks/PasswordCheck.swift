import OAuth

/// Establishes that a person is one of the users.
struct PasswordCheck {
    let server: AuthorizationServer

    /// Returns the user, or nil when name or password is wrong.
    ///
    /// All users are compared, in constant time, so that the answer takes as long for an unknown name as for a wrong
    /// password. Failures are counted for the pair of name and peer.
    func check(name: String, password: Secret, peer: String) throws(TooManyAttempts) -> User? {
        let now = server.now()
        let key = Throttle.Key(kind: "user", name: name, peer: peer)
        try server.throttle.admit(key, at: now)

        let (name, password) = (Digest(of: name), password.digest)
        var found: User?
        for user in server.configuration.users {
            let (isName, isPassword) = (Digest(of: user.name) == name, user.passwordDigest == password)
            if isName && isPassword { found = user }
        }
        if found == nil {
            server.throttle.recordFailure(key, at: now)
        } else {
            server.throttle.recordSuccess(key)
        }
        return found
    }

    /// Explains why a name and a password are no user's.
    func explanation(name: String, password: Secret) -> Explanation {
        let users = server.configuration.users
        guard let user = users.first(where: { $0.name == name }) else {
            let nearest = Nearest.name(to: name, among: users.map(\.name))
            return Explanation(
                expected: "the user \(SafeText(list: users.map(\.name)))",
                received: users.contains { $0.passwordDigest == Digest(of: name) }
                    ? "a password as user name" : "the user '\(public: name)'",
                hint: nearest.map { "Did you mean '\(public: $0)'? Case and spaces count." }
                    ?? "Users are set with --user.")
        }
        let isPublic = server.configuration.publicSecrets.contains(password.digest)
        return Explanation(
            expected: "a password with the fingerprint \(user.passwordDigest)", received: "\(password)",
            hint: isPublic
                ? "It is the default password, but this server was started with another one."
                : SecretMistake.hint(password, insteadOf: user.passwordDigest))
    }
}
