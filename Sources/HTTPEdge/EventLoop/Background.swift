internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The work of a server beside its requests: timers, and a second thread.
///
/// It replaces the threads and timers of Swift's runtime. Those use a library that opens files of the system while work
/// is queued, and ends the process where it cannot. So all work of a running server is done here, and needs no
/// descriptor.
public final class Background: Sendable {
    /// Runs tasks on the server's event loop.
    public let executor: any TaskExecutor

    private enum Thread {
        /// It is made on first use.
        case notNeeded
        case running(NIOThreadPool)
        case stopped
    }

    private let eventLoop: any EventLoop
    private let thread = Mutex(Thread.notNeeded)

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        executor = EventLoopExecutor(eventLoop)
    }

    /// Calls a function on the event loop after a time, unless the alarm is cancelled.
    public func alarm(after time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        let task = eventLoop.scheduleTask(in: TimeAmount(time), ring)
        return Alarm { task.cancel() }
    }

    /// Waits without blocking the thread.
    ///
    /// - Throws: an error as soon as the task is cancelled.
    public func pause(for time: Duration) async throws {
        let task = eventLoop.scheduleTask(in: TimeAmount(time)) {}
        try await withTaskCancellationHandler {
            try await task.futureResult.get()
        } onCancel: {
            task.cancel()
        }
    }

    /// Runs work on the server's second thread, in the order of the calls; drops it once the server has stopped.
    public func aside(_ work: @escaping @Sendable () -> Void) {
        thread.withLock { thread in
            if case .notNeeded = thread {
                let new = NIOThreadPool(numberOfThreads: 1)
                new.start()
                thread = .running(new)
            }
            if case .running(let pool) = thread { pool.submit { if $0 == .active { work() } } }
        }
    }

    func stop() async {
        let last = thread.withLock { thread in
            defer { thread = .stopped }
            return thread
        }
        if case .running(let pool) = last { try? await pool.shutdownGracefully() }
    }
}

/// A scheduled call on a server's event loop.
public struct Alarm: Sendable {
    private let cancellation: @Sendable () -> Void

    init(_ cancellation: @escaping @Sendable () -> Void) { self.cancellation = cancellation }

    /// Cancels the call and releases its closure.
    public func cancel() { cancellation() }
}
