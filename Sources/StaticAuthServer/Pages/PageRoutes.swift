internal import HTTPEdge
internal import OAuth

/// `/`: the page for people who open the server in a browser.
struct HomeRoute: Route {
    let clientID: String
    let toolNames: [String]

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        HomePage(origin: origin.text, clientID: clientID, toolNames: toolNames).response
    }
}

/// `/callback`: a redirect URI for trying the flow by hand.
struct CallbackRoute: Route {
    let clientID: String

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let parameters = (try? request.queryParameters()) ?? FormParameters()
        return CallbackPage(origin: origin.text, clientID: clientID, parameters: parameters).response
    }
}
