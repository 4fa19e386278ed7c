internal import MCPCore
public import Primitives

extension MCPConnection {
    /// All tools, page by page, and the problems of the list and of tools that were left out.
    ///
    /// MCP 2026-07-28, server/utilities/pagination: a cursor is opaque, and an empty one is valid.
    ///
    /// - Throws: ``RemoteError`` or ``ClientError`` when the first page fails; `CancellationError`.
    public func tools() async throws -> (tools: [RemoteTool], warnings: [String]) {
        let list = try await toolList()
        return (list.tools, list.warnings)
    }

    /// The same with all data of the list.
    ///
    /// Listed tools count even when a later page is refused or the pages do not end.
    ///
    /// - Parameter params: the parameters of each request besides the cursor.
    func toolList(_ params: JSONObject = [:]) async throws -> ToolList {
        var list = ToolList()
        var params = params
        let before = listChanges
        while true {
            let page: JSONObject
            do {
                page = try await request(Method.listTools.rawValue, params)
            } catch let error where params["cursor"] != nil && Self.mayEndList(error) {
                list.end("\(error)".trimmingFullStop)
                list.isShort = !Self.isServersOwn(error)
                break
            }
            let choosesByHeaders = try await dialect().isModern
            guard let cursor = list.take(page, choosesByHeaders: choosesByHeaders) else { break }
            params["cursor"] = .string(cursor)
        }
        if before == listChanges { catalog = ToolCatalog(list, now: SystemClock.now()) }
        return list
    }

    /// Whether a later page that fails like this leaves the pages before it usable; missing access must be told.
    private static func mayEndList(_ error: any Error) -> Bool {
        isServersOwn(error) || (error as? ClientError)?.kind == .network
    }

    /// Whether a failure is an answer of the server, other than an outage or missing access.
    private static func isServersOwn(_ error: any Error) -> Bool {
        error is RemoteError || (error as? ClientError)?.kind == .protocolViolation
    }

    // MARK: - Calls

    /// Calls a tool.
    ///
    /// When the server reports a header mismatch, the tool's definition is fetched again and the call repeated once.
    ///
    /// - Throws: `protocolViolation` with the code `unusable_tool`, without any call, for a tool whose definition is
    ///   invalid.
    public func call(_ name: String, _ arguments: JSONObject = [:]) async throws -> ToolAnswer {
        let (result, tool) = try await call(
            ["name": .string(name), "arguments": .object(arguments)], withFreshList: true)
        let warnings = (catalog?.oddities ?? []) + (tool?.warnings(about: result) ?? [])
        return ToolAnswer(result: result, warnings: warnings)
    }

    /// Sends a call unchanged, with the headers that the tool's schema demands.
    ///
    /// - Parameters:
    ///   - params: the parameters of `tools/call`.
    ///   - withFreshList: whether to fetch the list first, even if it is known; cached results are used.
    /// - Returns: the result, and the tool where it is in the list.
    package func call(_ params: JSONObject, withFreshList: Bool) async throws -> (JSONObject, RemoteTool?) {
        let method = Method.callTool.rawValue
        guard let name = params["name"]?.string else { return (try await request(method, params), nil) }
        let arguments = params["arguments"]?.object ?? [:]
        var tool = try await tool(name, fresh: withFreshList)
        do {
            return (try await request(method, params, headers: tool?.headerFields(for: arguments) ?? []), tool)
        } catch let error as RemoteError where JSONRPCError.Code(rawValue: error.code) == .headerMismatch {
            forgetTools()
            tool = try await self.tool(name, fresh: true)
            return (try await request(method, params, headers: tool?.headerFields(for: arguments) ?? []), tool)
        }
    }

    /// The tool with a name; nil when it is not in the list, or the server does not list.
    private func tool(_ name: String, fresh: Bool) async throws -> RemoteTool? {
        if !fresh, try await !dialect().isModern { return nil }
        if fresh || catalog?.isGood(at: SystemClock.now()) != true {
            do {
                _ = try await toolList()
            } catch  where Self.isServersOwn(error) {
                // A tool that cannot be listed may still be called.
                return nil
            } catch  where catalog != nil && Self.mayEndList(error) {
                // The list of before an outage is still good for the call.
            }
        }
        switch catalog?[name] {
        case .tool(let tool): return tool
        case nil: return nil
        case .unusable where !fresh:
            // It may have been fixed since.
            return try await tool(name, fresh: true)
        case .unusable(let problem):
            throw ClientError(
                .protocolViolation, "The tool '\(name.printable(128))' cannot be used: \(problem). It was not called.",
                advice: "The server's author has to correct its definition.", code: Self.unusableToolCode)
        }
    }

    /// The code for a call that was not sent, because the tool's definition is invalid.
    static let unusableToolCode = "unusable_tool"
}

extension String {
    /// The text without the full stop at its end, for use within a sentence.
    var trimmingFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
