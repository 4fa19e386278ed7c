internal import Primitives

/// Determines whether a result of the stateless revisions is complete.
///
/// MCP 2026-07-28, basic, "ResultType", and basic/patterns/mrtr.
enum ModernResult {
    /// The state to send back at once; nil when the result is complete.
    ///
    /// - Throws: `protocolViolation` for a request for input, because this client declared none, and for unknown types.
    static func stateToReturn(_ result: JSONObject) throws(ClientError) -> JSONValue? {
        let type = result.given("resultType") ?? "complete"
        switch type.string {
        case "complete": return nil
        case "input_required":
            let wantsInput = result["inputRequests"]?.object.map { !$0.isEmpty } ?? false
            guard !wantsInput, let state = result.given("requestState") else {
                throw ClientError(
                    .protocolViolation, "The server wants input that this client never offered to ask for.",
                    advice: "It may only do so when the request's capabilities allow it.")
            }
            return state
        default:
            throw ClientError(
                .protocolViolation, "The server's result has the unknown type '\((type.string ?? "?").printable(60))'.")
        }
    }
}
