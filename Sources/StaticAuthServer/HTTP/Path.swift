/// The paths other than the endpoints of OAuth; those are in ``EndpointPath``.
enum Path {
    static let home = "/"
    static let login = "/login"
    static let callback = "/callback"
    static let mcp = "/mcp"
    static let health = "/healthz"
    /// RFC 8414 §3.1.
    static let authorizationServerMetadata = "/.well-known/oauth-authorization-server"
    /// RFC 9728 §3.1, for the origin as a whole.
    static let originMetadata = "/.well-known/oauth-protected-resource"
    /// RFC 9728 §3.1: the resource's own path follows the well-known one.
    static let protectedResourceMetadata = originMetadata + mcp

    /// Prometheus metrics; same access rule as `/debug`.
    static let metrics = "/metrics"
    /// The prefix of the debug features.
    static let debug = "/debug"
    static let debugRequests = debug + "/requests"
    static let debugClock = debug + "/clock"
    static let debugExpire = debug + "/tokens/expire"
    static let debugRevoke = debug + "/tokens/revoke"
    static let debugIssue = debug + "/tokens/issue"
    static let debugDrop = debug + "/sessions/drop"
    static let debugToolsChanged = debug + "/tools/list-changed"
    static let debugReset = debug + "/reset"
    static let debugFaults = debug + "/faults"
    static let debugScenario = debug + "/scenario"
    static let debugScenarios = debug + "/scenarios"

    static let debugFlows = debug + "/flows"
    static let debugEvents = debug + "/events"
    static let timelineScript = debug + "/timeline.js"
    static let timelineStyle = timeline("timeline.css")
    /// The script for copying on pages.
    static let pageScript = debug + "/page.js"

    /// A script of the timeline other than the first.
    static func timeline(_ name: String) -> String { debug + "/timeline/" + name }

    static let debugReport = debug + "/report"

    /// The entry of the journal with a number.
    static func debugEntry(_ number: Int) -> String { "\(debugRequests)/\(number)" }

    /// The part of a path after its last slash.
    static func lastComponent(of path: String) -> Substring {
        path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    }

    /// Whether a path belongs to the debug features.
    static func isDebug(_ path: String) -> Bool {
        path == debug || path == metrics || path.hasPrefix(debugFolder)
    }

    private static let debugFolder = debug + "/"
}
