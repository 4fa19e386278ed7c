internal import MCPClient

/// The advice with the names of this program's options.
extension ClientError.Advice {
    var words: String {
        switch self {
        case .logIn(let server, nil): "Run: static-auth-client login \(server)"
        case .logIn(let server, let scope?): "Run: static-auth-client login --scope '\(scope)' \(server)"
        case .logOut(let server):
            "Nothing was sent to the new one. If the move is right: static-auth-client logout \(server), then log in with "
                + "credentials of the new one."
        case .raiseTimeout: "Try again, or allow more with --timeout."
        case .raiseLoginTimeout: "Log in again, or allow more time with --login-timeout."
        case .narrowScope: "Ask for fewer scopes with --scope."
        case .nameClient:
            "Register a client there, then log in with --client-id, and with its secret, if it has one, as "
                + "MCP_CLIENT_SECRET or with --client-secret."
        case .nameClientSecret: "Give the client's secret as MCP_CLIENT_SECRET or with --client-secret."
        case .checkClient: "Check --client-id and MCP_CLIENT_SECRET; register the client anew if it was forgotten."
        case .checkPassword:
            "Check --username and the password on standard input. Only static-auth-server has this login; elsewhere a "
                + "person has to log in."
        case .nameStoreKey: "Give it as MCP_TOKEN_KEY or with --token-key-file."
        case .moveStore: "Check who owns it, or choose another directory with XDG_DATA_HOME."
        case .findLockHolder: "Look for a static-auth-client that hangs."
        case .nameOtherPorts:
            "Another login may be waiting. Name other ports with --callback-port, or none for any free one."
        case .takeAnyRevision: "Use --era auto to take what it offers."
        case .tryOlderRevisions: "Older revisions are tried with --era auto."
        case .acceptResource:
            "RFC 9728 §3.3 wants the URL that was called. Use that URL if you mean it; --lenient-resource accepts a "
                + "resource of the same origin whose path leads here."
        case .assumeEndpoints:
            "If it wants an API key in its URL (?api_key=…), add that; it is not stored. If it is a server of 2025-03-26 "
                + "without metadata, --assume-endpoints uses /authorize and /token of its origin; whether it supports "
                + "PKCE cannot be known then."
        case .useHTTP: "static-auth-client speaks to servers of HTTP only."
        case .sentence(let sentence): sentence
        }
    }
}

extension ClientError {
    /// The problem, followed by the advice.
    var words: String { advice.map { "\(problem.sentence) \($0.words)" } ?? problem.sentence }
}

extension Doctor.Hint {
    var words: String {
        switch self {
        case .nameClient: "give --client-id"
        case .nameRegisteredPort: "--callback-port names a registered one"
        }
    }
}

/// The message of this program about a failure.
///
/// Descriptions of other errors are for the authors of libraries, and may name their source files.
func words(for error: any Error) -> String {
    switch error {
    case let error as ClientError: error.words
    case let error as RemoteError: error.description
    case is CancellationError: "interrupted"
    default: "Something went wrong that this program has no words for (\(type(of: error)))."
    }
}
