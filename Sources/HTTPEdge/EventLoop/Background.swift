internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// What a server does beside its requests: later, or on a thread of its own.
///
/// It takes the place of the runtime's own threads and timers. Those lie on a library that looks at files of the system
/// while work waits, and ends the process where it cannot open them; so whatever happens while a server serves is done
/// here, and needs no descriptor.
public final class Background: Sendable {
    /// Runs tasks on the server's event loop.
    public let executor: any TaskExecutor

    private enum Thread {
        /// It is made when it is first needed.
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

    /// Does something after a time, on the event loop, unless it is cancelled before.
    public func alarm(after time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        let task = eventLoop.scheduleTask(in: TimeAmount(time), ring)
        return Alarm { task.cancel() }
    }

    /// Waits without holding up anything.
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

    /// Does work on the server's other thread, in the order in which it comes; nothing once the server has stopped.
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

/// Something that will happen on a server's event loop.
public struct Alarm: Sendable {
    private let cancellation: @Sendable () -> Void

    init(_ cancellation: @escaping @Sendable () -> Void) { self.cancellation = cancellation }

    /// Cancels it; nothing is left of it.
    public func cancel() { cancellation() }
}
