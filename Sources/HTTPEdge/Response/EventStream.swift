/// A body of server-sent events: a function that writes them.
///
/// WHATWG HTML, Server-sent events. The function runs on the connection's event loop. When it returns the response is
/// complete; when the client goes away its task is cancelled and every further write throws.
public struct EventStream: Sendable {
    let produce: @Sendable (EventWriter) async throws -> Void

    /// Takes the function that writes the events.
    public init(_ produce: @escaping @Sendable (EventWriter) async throws -> Void) {
        self.produce = produce
    }
}

/// Writes events to the client of a stream.
public struct EventWriter: Sendable {
    private let background: Background
    private let write: @Sendable ([UInt8]) async throws -> Void

    /// Makes a writer that hands each piece to a function.
    init(background: Background, write: @escaping @Sendable ([UInt8]) async throws -> Void) {
        self.background = background
        self.write = write
    }

    /// Sends bytes that make up whole events or comments, and waits for as long as the client does not read.
    ///
    /// - Throws: `CancellationError` when the client has gone or has not read for ``Limits/unreadTimeout``.
    public func send(_ bytes: [UInt8]) async throws { try await write(bytes) }

    /// Does something after a time, on the connection's event loop, unless it is cancelled before.
    public func alarm(after time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        background.alarm(after: time, ring)
    }

    /// Waits between two events.
    ///
    /// - Throws: an error as soon as the client has gone.
    public func pause(for time: Duration) async throws { try await background.pause(for: time) }
}
