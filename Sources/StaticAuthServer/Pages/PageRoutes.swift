internal import HTTPEdge
internal import OAuth
internal import Primitives

/// `/`: the page for people who open the server in a browser, and the list of all URLs for programs.
struct HomeRoute: Route {
    let clientID: String
    let hasSecret: Bool
    let publicClientID: String?
    let toolNames: [String]
    let cards: @Sendable (_ baseURL: String) -> [ClientCard]
    let publicCredentials: JSONObject
    /// The guard of the debug features; nil with debugging off.
    let access: DebugGuard?

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let needsToken = access?.token != nil
        let index = HomeIndex(
            origin: origin.text, clientID: clientID, hasSecret: hasSecret, publicClientID: publicClientID,
            hasDebug: access.map { needsToken || $0.allows(request, origin: origin) } ?? false, needsToken: needsToken)
        let accept = Accept(request.fields)
        var response =
            accept.namesJSON && !accept.namesHTML
            ? Responses.json(.ok, index.json)
            : HomePage(
                index: index, cards: cards(origin.text), toolNames: toolNames, publicCredentials: publicCredentials
            ).response
        response.fields.append("Vary", "Accept")
        return response
    }
}

/// `/callback`: a redirect URI for trying the flow by hand.
struct CallbackRoute: Route {
    let clientID: String
    let hasSecret: Bool
    let publicClientID: String?
    /// Whether the script for copying is served.
    let isScripted: Bool

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let parameters = (try? request.queryParameters()) ?? FormParameters()
        return CallbackPage(
            origin: origin.text, clientID: clientID, hasSecret: hasSecret, publicClientID: publicClientID,
            parameters: parameters, isScripted: isScripted
        ).response
    }
}
