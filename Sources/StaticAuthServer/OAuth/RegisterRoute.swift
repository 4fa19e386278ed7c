internal import HTTPEdge

/// `/register`: refuses dynamic registration, and names the alternative.
///
/// 403, not 404, because clients of MCP 2025-03-26 try this path although the metadata does not have it.
struct RegisterRoute: Route {
    let clientID: String
    let hasSecret: Bool
    let publicClientID: String?

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        throw RegistrationRefusal(clientID: clientID, hasSecret: hasSecret, publicClientID: publicClientID)
    }
}
