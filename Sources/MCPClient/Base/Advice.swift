extension ClientError {
    /// The next step after a failure.
    ///
    /// Advice that needs an option of the program is a case of its own, so that the program can name its option;
    /// ``description`` names none.
    public enum Advice: Sendable, Equatable {
        /// Advice that is the same in every program.
        case sentence(String)
        /// Log in at a server.
        ///
        /// - Parameter scope: the scope to request; nil for the server's suggestion.
        case logIn(server: String, scope: String?)
        /// Log out at a server that has moved to another authorization server, then log in with a client of that one.
        case logOut(server: String)
        /// Retry, or raise the timeout: ``WebLimits/timeout`` or ``Timeouts``.
        case raiseTimeout
        /// Log in again, or raise the timeout of a ``BrowserAgent``.
        case raiseLoginTimeout
        /// Request fewer scopes: ``ServerAccess/Options/scope``.
        case narrowScope
        /// Register a client and name it: ``ServerAccess/Options/client``.
        case nameClient
        /// Name the client's secret: ``ClientIdentity/secret``.
        case nameClientSecret
        /// Check the id and the secret of the client, which the authorization server does not know.
        case checkClient
        /// Check the name and the password of a ``HeadlessAgent``.
        case checkPassword
        /// Name the key of the encrypted tokens: ``StoreKey``.
        case nameStoreKey
        /// Check the owner of the directory of a ``TokenStore``, or choose another one.
        case moveStore
        /// Look for a process that keeps a lock of a ``TokenStore``.
        case findLockHolder
        /// Receive the callback at other ports: ``BrowserAgent/Callback/ports``.
        case nameOtherPorts
        /// Accept any revision of the server: ``EraChoice/automatic``.
        case takeAnyRevision
        /// Also try the older revisions: ``EraChoice/automatic``.
        case tryOlderRevisions
        /// Call the URL in the metadata, or accept its resource: ``ServerAccess/Options/isResourceLenient``.
        case acceptResource
        /// Give the API key in the URL, or assume the endpoints: ``ServerAccess/Options/mayAssumeEndpoints``.
        case assumeEndpoints
        /// Use an HTTP server: the client starts no process.
        case useHTTP
    }
}

extension ClientError.Advice: ExpressibleByStringInterpolation {
    /// Advice that is the same in every program.
    public init(stringLiteral sentence: String) { self = .sentence(sentence) }
}

extension ClientError.Advice: CustomStringConvertible {
    /// The advice in words, for a program without options.
    public var description: String {
        switch self {
        case .sentence(let sentence): sentence
        case .logIn(let server, nil): "Log in at \(server)."
        case .logIn(let server, let scope?): "Log in at \(server) with the scope '\(scope)'."
        case .logOut(let server):
            "Nothing was sent to the new one. If the move is right, log out at \(server), then log in with credentials "
                + "of the new one."
        case .raiseTimeout: "Try again, or allow more time."
        case .raiseLoginTimeout: "Log in again, or allow more time."
        case .narrowScope: "Ask for fewer scopes."
        case .nameClient: "Register a client there, then give its id and its secret."
        case .nameClientSecret: "Give the client's secret."
        case .checkClient: "Check the client id and the secret; register the client anew if it was forgotten."
        case .checkPassword:
            "Check the name and the password. Only servers made for tests have this login; elsewhere a person has to log "
                + "in."
        case .nameStoreKey: "Give it."
        case .moveStore: "Check who owns it, or choose another directory."
        case .findLockHolder: "Look for a process that hangs."
        case .nameOtherPorts: "Another login may be waiting. Name other ports, or none for any free one."
        case .takeAnyRevision: "Choose the revision automatically to take what it offers."
        case .tryOlderRevisions: "Older revisions are tried when the revision is chosen automatically."
        case .acceptResource:
            "RFC 9728 §3.3 wants the URL that was called. Use that URL if you mean it, or accept a resource of the same "
                + "origin whose path leads here."
        case .assumeEndpoints:
            "If it wants an API key in its URL (?api_key=…), add that; it is not stored. If it is a server of 2025-03-26 "
                + "without metadata, /authorize and /token of its origin can be assumed; whether it supports PKCE cannot "
                + "be known then."
        case .useHTTP: "Only servers of HTTP can be used."
        }
    }
}
