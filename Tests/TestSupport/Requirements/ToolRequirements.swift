// MARK: Tools

/// Tools and their answers.
extension Requirement {
    package static let toolsAreWellFormed = Self(
        "Every tool has a legal name and an object as its input schema.", source: "MCP 2026-07-28, server/tools")
    package static let structuredContentIsRepeated = Self(
        "A result repeats its structured content, which fits the output schema, as text.",
        source: "MCP 2026-07-28, server/tools, \"Structured Content\"")
    package static let resultShapeFitsTheRevision = Self(
        "Results have their exact shape in each revision.",
        source: "MCP 2026-07-28, schema.ts; MCP 2025-03-26 to 2025-11-25, schema.ts: CallToolResult")
    package static let badArgumentsAreExplained = Self(
        "Bad arguments are a result that explains them, and -32602 in the two oldest revisions.",
        source: "MCP 2026-07-28, server/tools, \"Error Handling\"")
    package static let unknownToolIsAnError = Self(
        "An unknown tool and ill-formed call parameters are JSON-RPC errors.",
        source: "MCP 2026-07-28, server/tools, \"Error Handling\"")
    package static let toolFailureIsAResult = Self(
        "A tool's failure is a result; a fault of the server is -32603 without its cause.",
        source: "MCP 2026-07-28, server/tools, \"Error Handling\"")
    package static let textIsUTF8 = Self(
        "Text of any kind and length is returned unchanged, in JSON and in streams.",
        source: "MCP 2026-07-28, basic/transports")
}
