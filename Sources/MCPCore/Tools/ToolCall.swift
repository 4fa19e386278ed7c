internal import Primitives

/// A `tools/call` of an existing tool.
struct ToolCall: Sendable {
    let tool: RegisteredTool
    let arguments: JSONObject

    /// Reads the parameters; absent arguments are an empty object.
    ///
    /// - Throws: `-32602`.
    init(_ params: JSONObject, tools: ToolRegistry) throws(JSONRPCError) {
        guard let name = params["name"]?.string else {
            throw JSONRPCError(
                .invalidParams, "Invalid params: 'name' must be a string that names a tool",
                Explanation(
                    expected: "params.name, one of \(SafeText(list: tools.names))",
                    received: params["name"].map { "\($0.kind) as name" } ?? "no name"))
        }
        guard let arguments = (params["arguments"] ?? [:]).object else {
            throw JSONRPCError(
                .invalidParams, "Invalid params: 'arguments' must be an object if present",
                Explanation(
                    expected: "arguments that are an object",
                    received: params["arguments"]?.kind))
        }
        guard let tool = tools[name] else {
            throw JSONRPCError(
                .invalidParams, "Unknown tool: \(name.excerpt)",
                Explanation(
                    expected: "one of \(SafeText(list: tools.names))", received: "'\(public: name)'",
                    hint: SpellingSuggestion.name(to: name, among: tools.names).map { "Did you mean '\(public: $0)'?" }
                        ?? "tools/list names the tools."))
        }
        self.tool = tool
        self.arguments = arguments
    }

    /// The mistakes in the arguments and how to fix them, or nil.
    var wrongArguments: String? {
        let problems = tool.input.problems(in: .object(arguments))
        if problems.isEmpty { return nil }
        return "Invalid arguments for \(tool.tool.name): \(problems.prefix(5).joined(separator: "; "))."
    }

    /// The explanation of refused arguments.
    var explanationOfArguments: Explanation {
        Explanation(expected: "arguments that fit the tool's inputSchema", received: received)
    }

    /// The names of the arguments, without their values, which may be private.
    private var received: SafeText {
        arguments.isEmpty ? "no arguments" : "arguments with \(SafeText(list: arguments.members.map(\.name)))"
    }

    /// Runs the tool, unless its arguments are wrong.
    ///
    /// - Throws: `-32603` when the tool throws an unexpected error or returns a result that its schema forbids.
    func run(in context: ToolContext) async throws(JSONRPCError) -> ToolResult {
        if let wrongArguments {
            return .failure(explained(ToolFailure(wrongArguments), expecting: "arguments that fit the inputSchema"))
        }
        let structured: JSONObject
        do {
            structured = try await tool.tool.call(arguments, context: context)
        } catch let failure as ToolFailure {
            return .failure(explained(failure, expecting: "a call that the tool can carry out"))
        } catch {
            throw Self.toolError(
                expected: "a result, or a failure that the tool foresees",
                received: "a failure that the tool does not foresee")
        }
        guard tool.output?.problems(in: .object(structured)).isEmpty ?? true else {
            throw Self.toolError(
                expected: "a result that fits the tool's outputSchema", received: "one that does not")
        }
        return .success(structured)
    }

    /// The failure, with a general explanation where the tool gives none.
    private func explained(_ failure: ToolFailure, expecting expected: SafeText) -> ToolFailure {
        guard failure.explanation == nil else { return failure }
        return ToolFailure(
            failure.text,
            Explanation(
                expected: expected, received: received,
                hint:
                    "The tool says in the result's content what is wrong, for the model that called it. For the client "
                    + "the call has come to its end."))
    }

    private static func toolError(expected: SafeText, received: SafeText) -> JSONRPCError {
        JSONRPCError(
            .internalError, "Internal error",
            Explanation(
                expected: expected, received: received, hint: "The request is not to blame. Look at the tool."))
    }
}
