internal import NIOCore

/// The handle by which the tasks that answer requests reach their connection.
final class ConnectionHandle: Sendable {
    let connection: NIOLoopBound<HTTPConnection>

    init(_ connection: NIOLoopBound<HTTPConnection>) { self.connection = connection }

    /// The handle of a request to its connection.
    func forRequests(number: Int, waiting: WaitingConnections) -> RequestConnection {
        RequestConnection(
            number: number, waiting: { waiting.numbers }, unread: { waiting.unread(besides: number) },
            wait: { [self] in try await pause(for: $0) })
    }

    /// The writer of the event stream that answers a request.
    var eventWriter: EventWriter {
        EventWriter(background: Background(connection.eventLoop)) { [self] in try await write(event: $0) }
    }

    private func pause(for duration: Duration) async throws {
        try await call { $0.pause(for: duration, then: $1) }
    }

    private func write(event: [UInt8]) async throws {
        try await call { $0.write(event: event, then: $1) }
    }

    /// Calls the connection on its event loop, and waits until it resumes the continuation.
    private func call(
        _ method: @escaping @Sendable (HTTPConnection, CheckedContinuation<Void, any Error>) -> Void
    ) async throws {
        let connection = connection
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            if connection.eventLoop.inEventLoop {
                method(connection.value, continuation)
            } else {
                connection.eventLoop.execute { method(connection.value, continuation) }
            }
        }
    }
}
