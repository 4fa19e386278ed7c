internal import HTTPEdge

/// HTTP in, HTTP out: reads values from a request, asks an endpoint, and writes down what it answers.
///
/// A route decides nothing and calls no other route.
protocol Route: Sendable {
    /// Answers a request that passed the guard of hosts and origins.
    ///
    /// - Parameter origin: the spelling of our own origin that counts for this request.
    /// - Throws: an error that ``ErrorResponses`` knows.
    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse

    /// Refuses a request by its head, where that is possible, before a body is taken that is not small.
    ///
    /// - Parameter head: the request, with an empty body.
    /// - Throws: what ``respond(to:origin:)`` would throw for it, whatever the body is.
    func judge(_ head: HTTPRequest) async throws
}

extension Route {
    func judge(_ head: HTTPRequest) async throws {}
}
