public import MCP

extension MCPConnection {
    /// The most pages of a list, and the most tools in it; an honest server has fewer.
    private static let (pageLimit, toolLimit) = (1000, 10_000)

    /// All tools, page by page, and what is wrong with those that were left out.
    ///
    /// MCP 2026-07-28, server/utilities/pagination: a cursor means nothing to us, and an empty one is one too.
    public func tools() async throws -> (tools: [RemoteTool], warnings: [String]) {
        var tools: [RemoteTool] = []
        var warnings: [String] = []
        var seen: Set<String> = []
        var params: JSONObject = [:]
        while true {
            let page = try await request(Method.listTools.rawValue, params)
            for definition in page["tools"]?.array ?? [] {
                do throws(InvalidSchema) {
                    tools.append(try RemoteTool(definition.object ?? [:]))
                } catch {
                    let name = definition.object?["name"]?.string ?? "?"
                    warnings.append("The tool '\(name.printable(128))' cannot be used: \(error.problem.printable()).")
                }
            }
            guard let cursor = page["nextCursor"]?.string else { return (tools, warnings) }
            guard seen.insert(cursor).inserted else {
                throw ClientError(.protocolViolation, "The server's list of tools goes round in circles.")
            }
            guard seen.count < Self.pageLimit, tools.count + warnings.count < Self.toolLimit else {
                throw ClientError(.protocolViolation, "The server's list of tools does not end.")
            }
            params["cursor"] = .string(cursor)
        }
    }

    /// Calls a tool.
    ///
    /// When the server says that headers do not fit, the tool's definition is fetched again and the call repeated once.
    public func call(_ name: String, _ arguments: JSONObject = [:]) async throws -> ToolAnswer {
        let params: JSONObject = ["name": .string(name), "arguments": .object(arguments)]
        var tool = try await tool(name)
        let result: JSONObject
        do {
            result = try await request(
                Method.callTool.rawValue, params, headers: tool?.headerFields(for: arguments) ?? [])
        } catch let error as RemoteError where JSONRPCError.Code(rawValue: error.code) == .headerMismatch {
            forget(.listTools)
            tool = try await self.tool(name)
            result = try await request(
                Method.callTool.rawValue, params, headers: tool?.headerFields(for: arguments) ?? [])
        }
        let structured = result["structuredContent"]
        let hasSchema = tool?.definition["outputSchema"] != nil
        var warnings: [String] = []
        if let structured {
            warnings = tool?.problems(in: structured).map { "The result does not fit the tool's schema: \($0)." } ?? []
        } else if hasSchema, result["isError"]?.bool != true {
            warnings = ["The tool has an output schema, but its result has no structuredContent."]
        }
        return ToolAnswer(result: result, warnings: warnings)
    }

    private func tool(_ name: String) async throws -> RemoteTool? {
        try await tools().tools.first { $0.name == name }
    }
}
