internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// A refusal by a status of HTTP.
enum RequestRefusal: Error {
    /// The path is unknown.
    case notFound
    /// The path supports only these methods.
    case methodNotAllowed([HTTPMethod])
    /// The body of a message is not declared as JSON.
    case notJSON
    /// The client does not accept the type of the answer.
    case notAcceptable
    /// The subject has made too many tool calls.
    case tooManyCalls(retryAfter: Duration)
}

/// An error response with its HTTP status.
struct MessageRefusal: Error {
    let status: Int
    let message: RefusedMessage
}

/// An error that the browser takes back to the client.
///
/// RFC 6749 §4.1.2.1.
struct ErrorRedirect: Error {
    let cause: any Error
    /// The status of the redirect; nil for a program, which gets a document.
    let status: HTTPStatus?
    /// Makes the target with the error for the client.
    let location: @Sendable (OAuthError) -> String
}
