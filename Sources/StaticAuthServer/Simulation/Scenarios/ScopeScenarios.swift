internal import HTTPEdge
internal import OAuth
internal import Primitives

extension Scenario {
    /// Scenarios of scopes.
    static let scopes = [
        Scenario(
            name: "scope-absent",
            effect: "Neither the challenge nor the metadata names any scope.",
            reference: "RFC 6750 §3, RFC 8414 §2, RFC 9728 §2",
            reason: "this is allowed everywhere: scope and scopes_supported are optional.",
            affected: scopeReports,
            correctClient: "Leaves scope out of the authorization request.",
            rewrite: { response, request, _ in
                response.editChallenge { $0.removingParameter(ParameterName.scope.rawValue) }
                if Path.isMetadata(request.path) { response.editDocument { $0["scopes_supported"] = nil } }
            }),
        Scenario(
            name: "scope-empty-list",
            effect: "The metadata has an empty list of scopes, and the challenge names none.",
            reference: "RFC 8414 §3.2, RFC 9728 §3.2",
            reason: "a member with zero elements must be left out.",
            affected: scopeReports,
            correctClient: "Leaves scope out of the authorization request, rather than sending it empty.",
            rewrite: { response, request, _ in
                response.editChallenge { $0.removingParameter(ParameterName.scope.rawValue) }
                if Path.isMetadata(request.path) { response.editDocument { $0["scopes_supported"] = [] } }
            }),
        Scenario(
            name: "step-up",
            effect: "Every tool call needs the further scope elevated, and the challenge names it alone, without the "
                + "scopes that the token has.",
            reference: "RFC 6750 §3.1, MCP 2025-11-25 authorization, Scope Challenge Handling",
            reason: "MCP leaves it to the server whether the challenge repeats what was granted.",
            affected: stepUpReports,
            correctClient: "Asks for the union of what it has and what the challenge names, once.",
            settings: { $0.requireElevated(for: $1) },
            refuses: [.toolScope],
            rewrite: { response, _, _ in
                guard response.status == .forbidden else { return }
                response.editChallenge { challenge in
                    challenge.removingParameter(ParameterName.scope.rawValue) + ", scope=\"\(elevated)\""
                }
            }),
        Scenario(
            name: "step-up-loop",
            effect: "Every tool call needs the further scope elevated, which no token ever gets.",
            reference: "RFC 6749 §3.3, MCP 2025-11-25 authorization, Step-Up Authorization Flow",
            reason: "a server may grant less than was asked for; a client should limit how often it tries.",
            affected: stepUpReports,
            correctClient: "Sees that scope in the token response lacks it, and stops after a few attempts.",
            settings: { settings, tools in
                settings.requireElevated(for: tools)
                settings.withheldScope = elevated
            },
            refuses: [.toolScope],
            advice: "No authorization brings that scope. Stop after a few attempts, and tell the person.",
            isToBlame: { _, _, _ in true }),
    ]

    fileprivate static let elevated = "elevated"

    private static let scopeReports = ["mcp-remote@79725ac", "ChatGPT (openai forum 1366784)", "claude-code#7744"]
    private static let stepUpReports = [
        "claude-code#28258", "claude-code#44652", "claude-code#92518", "modelcontextprotocol#2349",
    ]
}

extension Settings {
    /// Makes every call of a tool need a scope that no client has at first.
    mutating func requireElevated(for tools: [String]) {
        for tool in tools { requireScope[tool] = Scenario.elevated }
    }
}

extension Path {
    fileprivate static func isMetadata(_ path: String) -> Bool {
        path == authorizationServerMetadata || isResourceMetadata(path)
    }
}
