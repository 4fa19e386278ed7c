internal import HTTPEdge

/// Answers the requests at a path.
protocol Responder: Sendable {
    /// Answers a request that has passed the guard of hosts and origins.
    ///
    /// - Parameters:
    ///   - origin: the origin under which the request reached this server.
    ///   - entry: the number of the request's entry in the journal, if it gets one.
    /// - Throws: an error that ``ErrorResponses`` knows.
    func answer(_ request: HTTPRequest, origin: Origin, entry: Int?) async throws -> Answer

    /// Refuses a request by its head, where possible, before a body that is not small is read.
    ///
    /// - Parameter head: the request, with an empty body.
    /// - Throws: the error that ``answer(_:origin:entry:)`` would throw for it, whatever the body is.
    func judge(_ head: HTTPRequest) async throws
}

extension Responder {
    func judge(_ head: HTTPRequest) async throws {}
}

/// The handler of a path: reads values from a request, asks an endpoint, and writes its answer as HTTP.
///
/// A route makes no decisions and calls no other route. It throws its refusals.
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
