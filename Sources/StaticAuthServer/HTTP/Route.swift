internal import HTTPEdge

/// Answers the requests at a path.
protocol Responder: Sendable {
    /// Answers a request that passed the guard of hosts and origins.
    ///
    /// - Parameters:
    ///   - origin: the spelling of our own origin that counts for this request.
    ///   - entry: the number of the request's entry in the journal, if it gets one.
    /// - Throws: an error that ``ErrorResponses`` knows.
    func answer(_ request: HTTPRequest, origin: Origin, entry: Int?) async throws -> Answer

    /// Refuses a request by its head, where that is possible, before a body is taken that is not small.
    ///
    /// - Parameter head: the request, with an empty body.
    /// - Throws: what ``answer(_:origin:entry:)`` would throw for it, whatever the body is.
    func judge(_ head: HTTPRequest) async throws
}

extension Responder {
    func judge(_ head: HTTPRequest) async throws {}
}

/// HTTP in, HTTP out: reads values from a request, asks an endpoint, and writes down what it answers.
///
/// A route decides nothing and calls no other route. What it refuses it throws.
protocol Route: Responder {
    /// Answers a request that has passed the guard of hosts and origins.
    ///
    /// - Parameter origin: the origin under which the request reached this server.
    /// - Throws: an error that ``ErrorResponses`` knows.
    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse
}

extension Route {
    func answer(_ request: HTTPRequest, origin: Origin, entry: Int?) async throws -> Answer {
        Answer(response: try await respond(to: request, origin: origin))
    }
}
