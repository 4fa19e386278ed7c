/// An event stream that the edge writes.
///
/// Before each event and at each heartbeat the edge checks the token and ``isAlive``; when either fails, or when the
/// events end, it sends the final message and closes. When the client disconnects, the edge cancels the task that reads
/// the events.
public struct ServerStream: Sendable {
    /// The events to write, of which at most a few dozen are buffered.
    public let events: AsyncStream<StreamEvent>
    /// The last message when the server ends the stream.
    public let finalMessage: [UInt8]?
    /// Whether the owner of the stream still exists; throws errors of the session store.
    public let isAlive: @Sendable () async throws -> Bool
    /// The edge calls it with each event that it takes.
    public var onDelivered: @Sendable (StreamEvent) -> Void = { _ in }
    /// Sends a heartbeat to this stream only; nil for a stream that ends soon by itself.
    public var wake: (@Sendable () -> Void)?
}

/// An item of an event stream.
public enum StreamEvent: Sendable, Equatable {
    /// A JSON-RPC message on one line.
    case message([UInt8])
    /// An error response, which is written on one line.
    indirect case refusal(RefusedMessage)
    /// An event with this id and empty data (MCP 2025-11-25, basic/transports, "Sending Messages to the Server" 6).
    case prime(String)
    /// A comment that keeps the connection open.
    case heartbeat
}
