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
}
