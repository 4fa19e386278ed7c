internal import Primitives
internal import HTTPEdge
internal import MCPCore
internal import OAuth

/// A refusal for which HTTP itself has the words.
enum RequestRefusal: Error {
    /// There is nothing at the path.
    case notFound
    /// There is something at the path, for these methods.
    case methodNotAllowed([HTTPMethod])
    /// The body of a message is not said to be JSON.
    case notJSON
    /// The client cannot read what it would get.
    case notAcceptable
    /// Too many tool calls of one subject.
    case tooManyCalls(retryAfter: Duration)
}

/// An error of JSON-RPC and the status it is sent with.
struct MessageRefusal: Error {
    let status: Int
    let response: ErrorResponse
}

/// An error that the browser takes back to the client.
///
/// RFC 6749 §4.1.2.1.
struct ErrorRedirect: Error {
    let cause: any Error
    /// The status of the redirect; nil for a program, which gets a document.
    let status: HTTPStatus?
    /// Where to, with what the cause is called towards the client.
    let location: @Sendable (OAuthError) -> String
}

/// A refusal of the debug features, which no specification names.
enum DebugRefusal: Error {
    /// The journal has no request of the id in the path.
    case noRequest
    /// No flow has the id in the path.
    case noFlow
    /// Too many wait for something to happen.
    case tooManyListeners
    /// Too many faults wait for requests.
    case tooManyFaults
}

/// Parameters of an endpoint for browsers that cannot be read.
struct UnreadableRequest: Error {
    let cause: OAuthError
}

/// A login that came to nothing.
enum LoginRefusal: Error {
    /// Name or password is wrong; the form again.
    case wrongPassword(LoginPage, Explanation)
    /// Too many wrong passwords; the form again.
    case tooManyAttempts(retryAfterSeconds: Int64, LoginPage)
    /// The form was posted by another site.
    case crossSite
}

/// A client wants to register, which this server does not offer.
struct RegistrationRefusal: Error {
    let clientID: String
}
