internal import Primitives

/// A `tools/call` that names a tool we have.
struct ToolCall: Sendable {
    let tool: RegisteredTool
    let arguments: JSONObject

    /// Reads the parameters; absent arguments are none.
    ///
    /// - Throws: `-32602`.
    init(_ params: JSONObject, tools: ToolRegistry) throws(JSONRPCError) {
        guard let name = params["name"]?.string else {
            throw JSONRPCError(.invalidParams, "Invalid params: 'name' must be a string that names a tool")
        }
        guard let arguments = (params["arguments"] ?? [:]).object else {
            throw JSONRPCError(.invalidParams, "Invalid params: 'arguments' must be an object if present")
        }
        guard let tool = tools[name] else {
            throw JSONRPCError(.invalidParams, "Unknown tool: \(name.excerpt)")
        }
        self.tool = tool
        self.arguments = arguments
    }

    /// What is wrong with the arguments and how to mend it, or nil.
    var wrongArguments: String? {
        let problems = tool.input.problems(in: .object(arguments))
        if problems.isEmpty { return nil }
        return "Invalid arguments for \(tool.tool.name): \(problems.prefix(5).joined(separator: "; "))."
    }

    /// Runs the tool, unless its arguments are wrong.
    ///
    /// - Throws: `-32603` when the tool fails in a way it did not foresee or returns what its schema does not allow.
    func run(in context: ToolContext) async throws(JSONRPCError) -> ToolResult {
        if let wrongArguments { return .failure(wrongArguments) }
        let structured: JSONObject
        do {
            structured = try await tool.tool.call(arguments, context: context)
        } catch let failure as ToolFailure {
            return .failure(failure.text)
        } catch {
            throw JSONRPCError(.internalError, "Internal error")
        }
        guard tool.output?.problems(in: .object(structured)).isEmpty ?? true else {
            throw JSONRPCError(.internalError, "Internal error")
        }
        return .success(structured)
    }
}
