internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

extension Scenario {
    /// Scenarios of the parameter `resource`.
    static let resourceIndicators = [
        Scenario(
            name: "resource-required",
            effect: "An authorization or token request without resource is refused with invalid_target.",
            reference: "RFC 8707 §2",
            reason: "a server may insist; MCP requires clients to send it with both requests.",
            affected: resourceReports,
            correctClient: "Sends the same resource with both requests.",
            settings: { settings, _ in settings.resourceRule = .required },
            refuses: [.resourceRequired]),
        Scenario(
            name: "resource-reject",
            effect: "An authorization or token request with resource is refused with invalid_target.",
            reference: "RFC 6749 §3.1, RFC 8707 §2",
            reason: "a parameter that a server does not know must be ignored; servers from before RFC 8707 refuse.",
            affected: resourceReports + ["mcp-remote, --disable-resource-parameter (Entra AADSTS9010010)"],
            correctClient: "Shows the error as the server's; MCP requires it to send resource.",
            settings: { settings, _ in settings.resourceRule = .refused },
            refuses: [.resourceRefused],
            isToBlame: { _, _, _ in true }),
        Scenario(
            name: "resource-slash",
            effect: "The resource is named with a slash at its end, and accepted only with it.",
            reference: "RFC 8707 §2, RFC 9728 §3.3",
            reason: "the document's resource differs from the URL it was found by, and a resource with a slash is "
                + "another resource.",
            affected: resourceReports,
            correctClient: "Sends the value of the metadata as it stands, with both requests.",
            settings: { settings, _ in settings.resourceRule = .trailingSlash },
            refuses: [.resourceSlash],
            rewrite: { response, request, origin in
                guard request.path == Path.protectedResourceMetadata else { return }
                response.editDocument { $0["resource"] = .string(origin.text + Path.mcp + "/") }
            }),
    ]

    private static let resourceReports = [
        "modelcontextprotocol/csharp-sdk#1122", "fastmcp#1431", "oh-my-pi#10299",
    ]
}
