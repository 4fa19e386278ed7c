/// A body of server-sent events: a function that writes them.
///
/// WHATWG HTML, Server-sent events. The function runs on the connection's event loop. When it returns the response is
/// complete; when the client disconnects its task is cancelled and every further write throws.
public struct EventStream: Sendable {
    let produce: @Sendable (EventWriter) async throws -> Void

    /// Wraps the function that writes the events.
    public init(_ produce: @escaping @Sendable (EventWriter) async throws -> Void) {
        self.produce = produce
    }
}

/// Writes events to the client of a stream.
public struct EventWriter: Sendable {
    private let background: Background
    private let write: @Sendable ([UInt8]) async throws -> Void

    /// Makes a writer that passes each piece to a function.
    init(background: Background, write: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.background = background
        self.write = write
    }

    /// Sends bytes of whole events or comments, and waits while the client does not read.
    ///
    /// - Throws: `CancellationError` when the client has disconnected or has not read for ``Limits/unreadTimeout``.
    public func send(_ bytes: [UInt8]) async throws { try await write(bytes) }

    /// Calls a function on the connection's event loop after a time, unless the alarm is cancelled.
    public func alarm(after time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        background.alarm(after: time, ring)
    }

    /// Waits between two events.
    ///
    /// - Throws: an error as soon as the client has disconnected.
    public func pause(for time: Duration) async throws { try await background.pause(for: time) }
}
