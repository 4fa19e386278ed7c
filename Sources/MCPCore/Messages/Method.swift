/// The methods and notifications this server acts on.
package enum Method: String {
    case discover = "server/discover"
    case listTools = "tools/list"
    case callTool = "tools/call"
    case listen = "subscriptions/listen"
    case initialize = "initialize"
    case ping = "ping"
    case cancelled = "notifications/cancelled"
}
