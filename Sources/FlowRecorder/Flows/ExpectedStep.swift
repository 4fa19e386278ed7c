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
    case afterLackOfScope = "insufficient-scope"
    case withoutSession = "session-lost"

    /// The time after which a client counts as silent.
    static let timeout = Duration.seconds(5)

    /// The last step and the missing one, after a time of silence.
    func sentence(after silence: Duration) -> SafeText {
        let seconds = silence.components.seconds
        return switch self {
        case .afterChallenge: "The client got a 401 challenge \(seconds) s ago and never fetched the metadata."
        case .afterMetadata: "The client fetched the metadata \(seconds) s ago and never opened /authorize."
        case .atLogin: "A person was shown the login page \(seconds) s ago, and nobody has logged in."
        case .withCode: "The client was sent a code \(seconds) s ago and never redeemed it."
        case .withToken: "The client received a token \(seconds) s ago and never called /mcp with it."
        case .afterInitialize:
            "The client initialized a session \(seconds) s ago and never sent notifications/initialized."
        case .afterRefusedToken:
            "The client's token was refused \(seconds) s ago, and it never asked for another."
        case .afterLackOfScope:
            "The client was told of a missing scope \(seconds) s ago and never asked for it."
        case .withoutSession: "The client's session was gone \(seconds) s ago, and it never opened another."
        }
    }
}
