internal import NIOCore

/// A wait before an answer, made on purpose, that is over early when nobody wants the answer any more.
///
/// It lives on the connection's event loop and holds up nothing else there.
final class Pause {
    private var waiting: (alarm: Scheduled<Void>, continuation: CheckedContinuation<Void, any Error>)?

    /// Resumes the continuation after a time, or with `CancellationError` once the pause is cancelled.
    func begin(_ duration: Duration, on loop: any EventLoop, then continuation: CheckedContinuation<Void, any Error>) {
        let pause = NIOLoopBound(self, eventLoop: loop)
        let alarm = loop.scheduleTask(in: TimeAmount(duration)) { () -> Void in pause.value.end()?.resume() }
        waiting = (alarm, continuation)
    }

    /// Ends the pause, if there is one, as nobody waits any more.
    func cancel() {
        end()?.resume(throwing: CancellationError())
    }

    private func end() -> CheckedContinuation<Void, any Error>? {
        defer { waiting = nil }
        waiting?.alarm.cancel()
        return waiting?.continuation
    }
}
