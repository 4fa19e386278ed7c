internal import HTTPEdge
internal import MCPCore
internal import Primitives

/// `/debug/tools/list-changed`: notifies connected clients that the list of tools has changed, although it has not.
struct ToolsChangedRoute: Route {
    let subscriptions: Subscriptions

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let count = subscriptions.count
        subscriptions.toolsListChanged()
        return Responses.json(.ok, ["open_streams": JSONValue(count)])
    }
}
