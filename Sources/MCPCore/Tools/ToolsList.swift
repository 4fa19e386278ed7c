internal import Primitives

/// The answer to `tools/list`.
///
/// MCP 2026-07-28, server/tools, "Listing Tools". All tools fit one page, so there are no cursors.
enum ToolsList {
    static func result(
        _ tools: ToolRegistry, for version: ProtocolVersion, description: ServerDescription
    ) -> JSONObject {
        guard version.era == .modern else { return ["tools": tools.definitions(for: version)] }
        var result: JSONObject = ["resultType": "complete", "tools": tools.definitions(for: version)]
        CacheHint.add(to: &result)
        result[MetaKey.meta] = .object(description.resultMeta)
        return result
    }

    /// Refuses a cursor, because this server issues none.
    static func checkCursor(_ params: JSONObject) throws(JSONRPCError) {
        if params["cursor"] != nil {
            throw JSONRPCError(
                .invalidParams, "Invalid cursor: leave it out, all tools are on one page",
                Explanation(expected: "no cursor", received: "a cursor", hint: "All tools fit on the first page."))
        }
    }
}
