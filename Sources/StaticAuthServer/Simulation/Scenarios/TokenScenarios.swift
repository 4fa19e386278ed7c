internal import FlowRecorder

extension Scenario {
    /// Scenarios of the token endpoint's answers.
    static let tokens = [
        Scenario(
            name: "token-200-error",
            effect: "Every token request is answered with status 200 and an error in the body.",
            reference: "RFC 6749 §5.2",
            reason: "an error has status 400, or 401; GitHub and Slack answer so all the same.",
            affected: ["modelcontextprotocol/typescript-sdk#1342", "claude-code#33704"],
            correctClient: "Sees that there is no access_token, and shows the error.",
            faults: [.runtime(token, .preset(.token200Error))]),
        Scenario(
            name: "token-html-500",
            effect: "Every token request is answered with status 500 and an HTML page.",
            reference: "RFC 6749 §5.1 and §5.2",
            reason: "answers of the token endpoint are JSON; a proxy before it knows nothing of that.",
            affected: ["openhanako#1357"],
            correctClient: "Shows the status instead of a JSON syntax error, and repeats a few times at most.",
            faults: [.runtime(token, .preset(.html500))]),
        Scenario(
            name: "token-slow",
            effect: "Every token request is answered 35 seconds late.",
            reference: "RFC 6749 §3.2",
            reason: "no specification sets a limit; some clients give up after 30 seconds.",
            affected: ["claude-code#60521"],
            correctClient: "Says that it gave up waiting, and does not send the code again.",
            faults: [.runtime(token, Fault(delay: .seconds(35)))]),
        Scenario(
            name: "token-drop",
            effect: "The connection of every token request ends without an answer.",
            reference: "RFC 9110 §9.2.2",
            reason: "a POST is not idempotent, so it must not be repeated automatically as if nothing had happened.",
            affected: ["openhanako#1357"],
            correctClient: "Says that the connection ended, and repeats a few times at most.",
            faults: [.runtime(token, Fault(effect: .silence))]),
    ]

    private static let token = FaultMatch(endpoint: .token)
}
