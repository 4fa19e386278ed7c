internal import HTTPEdge
internal import MCP
internal import OAuth

/// `/register`: refuses dynamic registration, and says what to do instead.
///
/// 403 and not 404, because clients of MCP 2025-03-26 try this path without having seen it in the metadata.
struct RegisterRoute: Route {
    let clientID: String

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let error = OAuthError(
            .accessDenied, "Dynamic client registration is disabled; use the pre-registered client.")
        let advice =
            "Configure your client with this client_id and the client secret that the server was started with; "
            + "\(origin.text)/ shows the URLs."
        return Responses.json(
            ErrorResponses.status(of: error.code), error.document,
            adding: [("client_id", .string(clientID)), ("hint", .string(advice))])
    }
}
