internal import HTTPEdge

/// A failure as a caller of the gateway sees it.
struct GatewayError: Error, Sendable {
    /// The documented codes.
    enum Code: String, CaseIterable, Sendable {
        /// The request cannot be used as it is.
        case invalidRequest = "invalid_request"
        /// There is no such session.
        case unknownSession = "unknown_session"
        /// The session was not used for too long.
        case sessionExpired = "session_expired"
        /// A login is needed, or more scope.
        case authorizationRequired = "authorization_required"
        /// The server cannot be reached.
        case serverUnreachable = "server_unreachable"
        /// The server refuses, or its answer cannot be used.
        case serverError = "server_error"
        /// The server does not answer in time.
        case timeout
        /// There are too many requests, or sessions.
        case tooManyRequests = "too_many_requests"
    }

    let code: Code
    let status: HTTPStatus
    /// The sentence for people; never the text of a server's answer, except for a JSON-RPC error.
    let words: String
    /// Where the user logs in; nil where a new `connect` has to tell.
    var authURL: String?
    /// The time after which to try again.
    var retryAfter: Duration?

    init(_ code: Code, _ status: HTTPStatus, _ words: String) {
        (self.code, self.status, self.words) = (code, status, words)
    }

    static func invalid(_ words: String, _ status: HTTPStatus = .badRequest) -> GatewayError {
        GatewayError(.invalidRequest, status, words)
    }

    static let unknownSession = GatewayError(.unknownSession, .notFound, "There is no such session.")
    static let expiredSession = GatewayError(
        .sessionExpired, HTTPStatus(410), "The session was not used for too long and has ended. Connect again.")
    static let unfinishedLogin = GatewayError(
        .authorizationRequired, .unauthorized, "The login of this session was not finished.")
    /// The session may be in a store that is not reached now; 404 would make its application forget it.
    static let storeAway: GatewayError = {
        var error = GatewayError(
            .serverUnreachable, badGateway, "The store of sessions cannot be reached now. Try again.")
        error.retryAfter = .seconds(2)
        return error
    }()

    static func tooMany(after wait: Duration) -> GatewayError {
        var error = GatewayError(.tooManyRequests, .tooManyRequests, "There are too many requests. Wait a little.")
        error.retryAfter = wait
        return error
    }

    static let badGateway = HTTPStatus(502)
}
