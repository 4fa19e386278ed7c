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
