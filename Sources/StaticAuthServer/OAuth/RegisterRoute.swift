internal import HTTPEdge

/// `/register`: refuses dynamic registration, and says what to do instead.
///
/// 403 and not 404, because clients of MCP 2025-03-26 try this path without having seen it in the metadata.
struct RegisterRoute: Route {
    let clientID: String

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        throw RegistrationRefusal(clientID: clientID)
    }
}
