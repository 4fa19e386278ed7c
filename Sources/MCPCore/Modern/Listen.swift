internal import Primitives

/// The filter of a `subscriptions/listen`.
///
/// MCP 2026-07-28, basic/patterns/subscriptions.
struct Listen {
    private let id: RequestID
    private let wantsToolsListChanged: Bool

    /// Reads the filter.
    ///
    /// - Throws: `-32602`.
    init(_ request: Message.Request) throws(JSONRPCError) {
        guard let filter = request.params["notifications"]?.object else {
            throw JSONRPCError(
                .invalidParams, "Invalid params: 'notifications' must be an object such as {\"toolsListChanged\": true}"
            )
        }
        for flag in [Self.tools, "promptsListChanged", "resourcesListChanged"] {
            if let value = filter[flag], value.bool == nil {
                throw JSONRPCError(.invalidParams, "Invalid params: '\(flag)' must be true or false")
            }
        }
        if let resources = filter["resourceSubscriptions"] {
            guard let elements = resources.array, elements.allSatisfy({ $0.string != nil }) else {
                throw JSONRPCError(.invalidParams, "Invalid params: 'resourceSubscriptions' must be a list of strings")
            }
        }
        id = request.id
        wantsToolsListChanged = filter[Self.tools] == true
    }

    /// The first message: the supported part of the filter.
    var acknowledgement: [UInt8] {
        let honoured: JSONObject = wantsToolsListChanged ? [Self.tools: true] : [:]
        return OutgoingMessage.notification(
            NotificationName.acknowledged,
            params: [MetaKey.meta: [MetaKey.subscriptionID: id.json], "notifications": .object(honoured)])
    }

    var purpose: Subscriptions.Purpose {
        .listen(toolsListChanged: wantsToolsListChanged ? Subscriptions.toolsListChanged(taggedWith: id) : nil)
    }

    /// The last message when the server ends the stream: the response to the request.
    func finalMessage(_ description: ServerDescription) -> [UInt8] {
        var meta: JSONObject = [MetaKey.subscriptionID: id.json]
        for (name, value) in description.resultMeta.members { meta[name] = value }
        let result: JSONObject = ["resultType": "complete", MetaKey.meta: .object(meta)]
        return OutgoingMessage.response(to: id, result: JSONWriter.bytes(of: result))
    }

    private static let tools = "toolsListChanged"
}
