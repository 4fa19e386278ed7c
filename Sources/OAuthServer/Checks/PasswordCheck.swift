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
}
