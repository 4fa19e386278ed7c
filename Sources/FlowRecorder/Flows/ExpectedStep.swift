internal import Primitives

/// The next step that a client should take, so that its silence can be reported.
///
/// A server cannot see why a client stops, but only a server can see that it has stopped, and where.
enum ExpectedStep: String, Sendable {
    case afterChallenge = "challenge"
    case afterMetadata = "metadata"
    case atLogin = "login"
    case withCode = "code"
    case withToken = "token"
    case afterInitialize = "initialize"
    case afterRefusedToken = "refused-token"
    case afterRefusedRefresh = "refused-refresh"
    case afterRefusedCode = "refused-code"
    case afterLackOfScope = "insufficient-scope"
    case withoutSession = "session-lost"
    case afterFailure = "failure"

    /// The time after which a client counts as silent.
    static let timeout = Duration.seconds(5)

    /// The last step and the missing one, after a time of silence.
    ///
    /// - Parameters:
    ///   - isSeen: whether another flow has the missing step, which may be this client's.
    ///   - cause: what may be the reason for it.
    func sentence(after silence: Duration, isSeen: Bool, cause: SafeText? = nil) -> SafeText {
        let reason: SafeText = cause.map { " (\($0))" } ?? ""
        let since: SafeText = "\(lastStep) \(silence.components.seconds) s ago\(reason)"
        return isSeen ? "\(since), and nothing more of this flow has been seen." : "\(since)\(missingStep)."
    }

    private var lastStep: SafeText {
        switch self {
        case .afterChallenge: "The client got a 401 challenge"
        case .afterMetadata: "The client fetched the metadata"
        case .atLogin: "A person was shown the login page"
        case .withCode: "The client was sent a code"
        case .withToken: "The client received a token"
        case .afterInitialize: "The client initialized a session"
        case .afterRefusedToken: "The client's token was refused"
        case .afterRefusedRefresh: "The client's refresh token was refused"
        case .afterRefusedCode: "The client's code was refused"
        case .afterLackOfScope: "The client was told of a missing scope"
        case .withoutSession: "The client's session was gone"
        case .afterFailure: "The server failed"
        }
    }

    private var missingStep: SafeText {
        switch self {
        case .afterChallenge: " and never fetched the metadata"
        case .afterMetadata: " and never opened /authorize"
        case .atLogin: ", and nobody has logged in"
        case .withCode: " and never redeemed it"
        case .withToken: " and never called /mcp with it"
        case .afterInitialize: " and never sent notifications/initialized"
        case .afterRefusedToken: ", and it never asked for another"
        case .afterRefusedRefresh, .afterRefusedCode: ", and it never asked for authorization again"
        case .afterLackOfScope: " and never asked for it"
        case .withoutSession: ", and it never opened another"
        case .afterFailure: ", and the client has not gone on"
        }
    }
}
