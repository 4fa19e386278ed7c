internal import HTTPEdge
internal import MCPCore
internal import Primitives

extension Scenario {
    /// Scenarios of access tokens at `/mcp`.
    static let protectedResource = [
        Scenario(
            name: "401-once",
            effect: "The first request to /mcp with a token is refused with 401 invalid_token; all others are served.",
            reference: "RFC 6750 §3.1",
            reason: "a token may be refused at any time, whatever expires_in said.",
            affected: ["openma-ai#99"],
            correctClient: "Refreshes once and repeats the request.",
            faults: [rule(.unauthorized)]),
        Scenario(
            name: "403-always",
            effect:
                "Every request to /mcp with a token is answered 403 and a page, as by a firewall before the server.",
            reference: "RFC 6750 §3.1, RFC 9110 §15.5.4",
            reason: "a 403 without a challenge says nothing about the token.",
            affected: ["claude-ai-mcp#100"],
            correctClient: "Shows the status; it neither refreshes nor asks the person to log in again.",
            faults: [rule(.forbidden)]),
        Scenario(
            name: "401-as-200",
            effect: "A tool call whose token is not good is answered 200 with a result that says 401 Unauthorized.",
            reference: "RFC 6750 §3.1, MCP 2025-11-25 authorization, Error Handling",
            reason: "an invalid token must be answered with 401, or no client can know that it has to refresh.",
            affected: ["MediaWiki-MCP#443"],
            correctClient: "Shows the error to the person; it has no way to know more.",
            rewrite: { response, request, _ in
                guard request.path == Path.mcp, request.hasBearerToken, response.status == .unauthorized,
                    let call = request.jsonRPCMessages.first, call["method"]?.string == Method.callTool.rawValue,
                    let id = call["id"]
                else { return }
                var result: JSONObject = [
                    "content": [["type": "text", "text": "401 Unauthorized"]], "isError": true,
                ]
                let version = request.fields.first(HeaderName.protocolVersion).flatMap(ProtocolVersion.init(rawValue:))
                if version?.era == .modern { result["resultType"] = "complete" }
                response.become(Responses.json(.ok, ["jsonrpc": "2.0", "id": id, "result": .object(result)]))
            }),
        Scenario(
            name: "discover-401",
            effect: "server/discover is refused with 401 although its token is good.",
            reference: "MCP 2026-07-28 basic/versioning, RFC 6750 §3.1",
            reason: "401 is about the token, and this token is good; servers that know no such method answer so.",
            affected: ["QwenPaw#7620", "adcp#2434"],
            correctClient: "Falls back to initialize, and does not start a new authorization.",
            faults: [rule(.unauthorized, times: nil) { $0.jsonRPCMethod = "server/discover" }]),
    ]

    /// Scenarios of sessions.
    static let sessions = [
        Scenario(
            name: "session-404",
            effect: "The first tool call in a session finds that the session has ended, and is answered 404.",
            reference: "MCP 2025-11-25 transports, Session Management",
            reason: "this is right: a server may end a session at any time, and says so with 404.",
            affected: sessionReports,
            correctClient: "Sends initialize without a session id, and repeats the call.",
            faults: [rule(.sessionLost) { $0.jsonRPCMethod = Method.callTool.rawValue }]),
        Scenario(
            name: "session-400",
            effect: "The first tool call in a session finds that the session has ended, and is answered 400.",
            reference: "MCP 2025-11-25 transports, Session Management",
            reason: "a session that has ended must be answered with 404; 400 is for a request without a session id.",
            affected: sessionReports,
            correctClient: "Cannot be sure, and does well to try initialize once.",
            faults: [rule(.sessionLost) { $0.jsonRPCMethod = Method.callTool.rawValue }],
            rewrite: { response, request, _ in
                guard request.path == Path.mcp, request.fields.first(HeaderName.session) != nil,
                    response.status == .notFound
                else { return }
                response.status = .badRequest
            }),
    ]

    private static let sessionReports = [
        "modelcontextprotocol/python-sdk#1676", "mcp-remote#106", "affine#301", "spring-ai#2785",
    ]

    /// A fault of `/mcp`, with its default number of times.
    private static func rule(_ fault: MCPFault) -> FaultRule { rule(fault, times: fault.times) }

    private static func rule(
        _ fault: MCPFault, times: Int? = 1, _ change: (inout FaultMatch) -> Void = { _ in }
    ) -> FaultRule {
        var match = FaultMatch()
        fault.narrow(&match)
        change(&match)
        return FaultRule(match: match, times: times, fault: Fault(effect: .mcp(fault)))
    }
}
