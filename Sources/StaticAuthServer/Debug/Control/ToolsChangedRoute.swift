internal import Primitives
internal import HTTPEdge
internal import MCPCore

/// `/debug/tools/list-changed`: tells connected clients that the list of tools changed, though it did not.
struct ToolsChangedRoute: Route {
    let subscriptions: Subscriptions

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let count = subscriptions.count
        subscriptions.toolsListChanged()
        return Responses.json(.ok, ["open_streams": JSONValue(count)])
    }
}
