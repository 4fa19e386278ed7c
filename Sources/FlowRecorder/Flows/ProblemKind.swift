internal import Primitives

/// A kind of problem, which decides what corrects it.
enum ProblemKind: String, CaseIterable, Sendable {
    case discovery
    case registration
    case authorization
    case wrongPassword = "wrong-password"
    /// A token request other than a refresh.
    case token
    case refresh
    /// An access token that was refused, or lacked.
    case refusedToken = "refused-token"
    case lackOfScope = "insufficient-scope"
    case lostSession = "session-lost"
    case unknownRevision = "unknown-revision"
    /// Any other request that failed.
    case request

    /// The later steps that correct a problem of this kind.
    ///
    /// The server can tell only what a client achieved: what has nothing to do with the problem corrects nothing.
    var remedies: [Remedy] {
        switch self {
        case .discovery: [.sameRequest, .authorization]
        case .registration: [.authorization]
        case .authorization: [.authorization, .use, .laterAuthorization, .laterDenial]
        case .wrongPassword: [.login]
        case .token: [.sameRequest, .use, .laterToken, .laterDenial]
        case .refresh: [.sameRequest, .use, .token, .laterToken, .laterDenial]
        case .refusedToken: [.refresh, .token, .sameRequest, .laterToken, .laterDenial]
        case .lackOfScope: [.scope, .sameRequest, .laterScope, .laterDenial]
        case .lostSession: [.session, .sameRequest, .laterSession]
        case .unknownRevision: [.sameRequest, .session, .message]
        case .request: [.sameRequest, .use]
        }
    }

    /// Further remedies where the server failed on purpose: a client that bears it, or asks again, does what it can.
    var remediesForPurpose: [Remedy] {
        switch self {
        case .token, .lackOfScope: [.laterAuthorization]
        case .refresh: [.goingOn, .laterAuthorization]
        case .refusedToken: [.session, .laterAuthorization]
        case .request: [.goingOn]
        case .discovery, .registration, .authorization, .wrongPassword, .lostSession, .unknownRevision: []
        }
    }
}

/// A later step of the same flow, or of the flow that follows it, by which a client corrects a problem.
enum Remedy: String, Sendable {
    /// The same method and tool, the same grant, or a document of the same kind.
    case sameRequest = "same-request"
    case authorization
    case login
    case refresh
    case token
    /// A token with all the scopes that were asked for.
    case scope
    case session
    /// Any message that was answered well.
    case message
    /// Any further message, after a failure on purpose.
    case goingOn = "went-on"
    /// The use of the code, token or session in the answer.
    case use = "used-answer"
    case laterAuthorization = "later-authorization"
    case laterToken = "later-token"
    case laterScope = "later-scope"
    case laterSession = "later-session"
    /// The person denied a further authorization.
    case laterDenial = "later-denial"

    /// Whether it takes place in the flow that follows.
    var isInFollowingFlow: Bool {
        [.laterAuthorization, .laterToken, .laterScope, .laterSession, .laterDenial].contains(self)
    }

    /// What the client did, as a sentence.
    ///
    /// - Parameter place: the request, and of another flow its number.
    func sentence(_ place: SafeText) -> SafeText {
        switch self {
        case .sameRequest: "The client sent this again in \(place), and it went well."
        case .authorization: "The client went on to an authorization in \(place)."
        case .login: "The person tried again and logged in, in \(place)."
        case .refresh: "The client refreshed its token in \(place)."
        case .token, .laterToken: "The client got another token in \(place)."
        case .scope, .laterScope: "The client got a token with the scope in \(place)."
        case .session, .laterSession: "The client opened a new session in \(place)."
        case .message: "The client went on with a supported revision in \(place)."
        case .goingOn: "The client went on in \(place)."
        case .use: "The client could read the answer: it used in \(place) what that had brought."
        case .laterDenial: "The client asked for authorization again in \(place), and the person denied it."
        case .laterAuthorization: "The client asked for authorization again in \(place), and that was accepted."
        }
    }
}

/// What a successful step achieved, by which problems are corrected.
enum Achievement: Equatable, Sendable {
    /// The server showed its login page.
    case authorization
    /// A person logged in.
    case login
    /// A token by a grant other than a refresh, with these scopes.
    case token(scope: String?)
    /// A refresh, with the scopes of the new token.
    case refresh(scope: String?)
    case session
    /// A message was answered well.
    case message
    /// A person denied an authorization that asked for these scopes; nil where it named none.
    case denial(scope: String?)

    /// Whether this is what a remedy needs, in the flow of the problem or in the one that follows.
    ///
    /// - Parameter scope: the scopes that were lacking.
    func isRemedy(_ remedy: Remedy, lacking scope: String?) -> Bool {
        switch (remedy, self) {
        case (.authorization, .authorization), (.authorization, .login), (.login, .login), (.refresh, .refresh),
            (.session, .session), (.message, .message), (.message, .session), (.laterAuthorization, .authorization),
            (.laterAuthorization, .login), (.token, .token), (.laterToken, .token), (.laterSession, .session):
            true
        case (.laterDenial, .denial(let asked)):
            asked.map { asked in
                Set(scope?.split(separator: " ") ?? []).isSubset(of: asked.split(separator: " "))
            } ?? true
        case (.scope, .token(let granted)), (.scope, .refresh(let granted)), (.laterScope, .token(let granted)):
            Set(scope?.split(separator: " ") ?? []).isSubset(of: granted?.split(separator: " ") ?? [])
        default: false
        }
    }
}
