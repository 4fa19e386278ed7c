internal import NIOCore

/// A deliberate delay of an answer, which ends early when the client has disconnected.
///
/// It lives on the connection's event loop and does not block it.
final class Pause {
    private var waiting: (alarm: Scheduled<Void>, continuation: CheckedContinuation<Void, any Error>)?

    /// Resumes the continuation after a time, or with `CancellationError` once the pause is cancelled.
    func begin(_ duration: Duration, on loop: any EventLoop, then continuation: CheckedContinuation<Void, any Error>) {
        let pause = NIOLoopBound(self, eventLoop: loop)
        let alarm = loop.scheduleTask(in: TimeAmount(duration)) { () -> Void in pause.value.end()?.resume() }
        waiting = (alarm, continuation)
    }

    /// Ends the pause, if there is one, because the client has disconnected.
    func cancel() {
        end()?.resume(throwing: CancellationError())
    }

    private func end() -> CheckedContinuation<Void, any Error>? {
        defer { waiting = nil }
        waiting?.alarm.cancel()
        return waiting?.continuation
    }
}
