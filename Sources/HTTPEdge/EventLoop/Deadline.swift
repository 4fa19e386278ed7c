internal import NIOCore

/// A resettable timeout of a connection.
///
/// Setting it to a later time is free: a timer that fires too early schedules itself again. So a connection that serves
/// a request every few microseconds schedules nothing on its event loop.
final class Deadline {
    private let expired: () -> Void
    private var moment: NIODeadline?
    private var alarm: (moment: NIODeadline, task: Scheduled<Void>)?

    init(expired: @escaping () -> Void) {
        self.expired = expired
    }

    /// Sets the timeout anew, from now.
    func set(_ timeout: Duration, on loop: any EventLoop) {
        let moment = loop.now + TimeAmount(timeout)
        self.moment = moment
        if let alarm {
            guard moment < alarm.moment else { return }
            alarm.task.cancel()
        }
        schedule(moment, on: loop)
    }

    /// Suspends the timeout until it is set again.
    func clear() {
        moment = nil
    }

    /// Cancels the timer.
    func cancel() {
        moment = nil
        alarm?.task.cancel()
        alarm = nil
    }

    private func schedule(_ moment: NIODeadline, on loop: any EventLoop) {
        let deadline = NIOLoopBound(self, eventLoop: loop)
        alarm = (moment, loop.scheduleTask(deadline: moment) { deadline.value.ring(on: loop) })
    }

    private func ring(on loop: any EventLoop) {
        alarm = nil
        guard let moment else { return }
        guard moment <= loop.now else { return schedule(moment, on: loop) }
        self.moment = nil
        expired()
    }
}
