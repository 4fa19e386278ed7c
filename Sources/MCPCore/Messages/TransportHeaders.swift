/// The HTTP headers of the MCP transports.
///
/// MCP 2026-07-28, basic/transports/streamable-http, "Request Metadata". Values have no surrounding white space; a
/// header that occurs twice has two values.
public struct TransportHeaders: Sendable {
    /// The values of `MCP-Protocol-Version`.
    public var protocolVersion: [String]
    /// The values of `Mcp-Method`.
    public var method: [String]
    /// The values of `Mcp-Name`.
    public var name: [String]
    /// The values of `Mcp-Session-Id`.
    public var sessionID: [String]
    /// Whether `Accept` allows `text/event-stream`.
    public var acceptsEventStream: Bool
    /// Each `Mcp-Param-X` header: `x`, the part after `Mcp-Param-` in lower case, with its value.
    public var parameters: [(name: String, value: String)]

    /// Collects headers; those that are not given are absent.
    public init(
        protocolVersion: [String] = [], method: [String] = [], name: [String] = [], sessionID: [String] = [],
        acceptsEventStream: Bool = true, parameters: [(name: String, value: String)] = []
    ) {
        self.protocolVersion = protocolVersion
        self.method = method
        self.name = name
        self.sessionID = sessionID
        self.acceptsEventStream = acceptsEventStream
        self.parameters = parameters
    }

    /// The requested version; several values become one that matches no version.
    var version: String? { Self.joined(protocolVersion) }

    /// The requested session; several values become one that matches no session.
    var session: String? { Self.joined(sessionID) }

    /// Whether the request belongs to a session, or seems to.
    var isInSession: Bool { !sessionID.isEmpty }

    private static func joined(_ values: [String]) -> String? {
        values.count > 1 ? values.joined(separator: ", ") : values.first
    }
}
