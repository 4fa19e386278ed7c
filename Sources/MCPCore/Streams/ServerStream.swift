/// An event stream for the edge to write.
///
/// Before each event and at each heartbeat the edge checks the token and ``isAlive``; when either fails, or when the
/// events end, it sends the farewell and closes. When the client disconnects it cancels the task that reads the events.
public struct ServerStream: Sendable {
    /// What to write, at most a few dozen waiting.
    public let events: AsyncStream<StreamEvent>
    /// The last message when the server ends the stream.
    public let farewell: [UInt8]?
    /// Whether what the stream belongs to still exists; throws what the session store throws.
    public let isAlive: @Sendable () async throws -> Bool
    /// To be called by the edge with each event that it takes.
    public var taken: @Sendable (StreamEvent) -> Void = { _ in }
    /// Sends a heartbeat to this stream alone; nil for one that gets none, which ends soon by itself.
    public var wake: (@Sendable () -> Void)?
}

/// One thing to write to an event stream.
public enum StreamEvent: Sendable, Equatable {
    /// A JSON-RPC message on one line.
    case message([UInt8])
    /// A response that tells what went wrong, before it is written on one line.
    indirect case refusal(RefusedMessage)
    /// An event with this id and empty data (MCP 2025-11-25, basic/transports, "Sending Messages to the Server" 6).
    case prime(String)
    /// A comment that keeps the connection open.
    case heartbeat
}
