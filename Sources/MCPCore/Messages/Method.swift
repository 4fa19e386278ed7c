/// The methods and notifications that this server handles.
package enum Method: String {
    case discover = "server/discover"
    case listTools = "tools/list"
    case callTool = "tools/call"
    case listen = "subscriptions/listen"
    case initialize = "initialize"
    case ping = "ping"
    case cancelled = "notifications/cancelled"
}

extension Method {
    /// The requests of clients that only the revisions without sessions have.
    static let ofModernAlone: Set = [discover.rawValue, listen.rawValue]

    /// The requests of clients in the revisions with sessions, served here or not.
    static let ofSessions: Set = [
        initialize.rawValue, ping.rawValue, listTools.rawValue, callTool.rawValue, "prompts/list", "prompts/get",
        "resources/list", "resources/templates/list", "resources/read", "resources/subscribe", "resources/unsubscribe",
        "completion/complete", "logging/setLevel", "tasks/get", "tasks/result", "tasks/list", "tasks/cancel",
    ]

    /// The requests that a server sends and a client answers.
    static let ofServers: Set = ["roots/list", "sampling/createMessage", "elicitation/create"]
}
