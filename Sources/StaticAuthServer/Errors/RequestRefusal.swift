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

/// A message that tells what went wrong, and the status it is sent with.
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
    /// Where to, with what the cause is called towards the client.
    let location: @Sendable (OAuthError) -> String
}
