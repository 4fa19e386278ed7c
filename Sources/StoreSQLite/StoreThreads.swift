#if SQLite
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Threads on which a store waits for the disk and for other writers.
///
/// GRDB's asynchronous functions would do so on threads of the system's library, which looks at files while work waits
/// for them and ends the process where it cannot open any. These need nothing of the kind.
final class StoreThreads: Sendable {
    private enum Job: Sendable {
        case work(@Sendable () -> Void)
        case end
    }

    /// What waits, in order; kept apart from the store, so that the threads do not keep that.
    private final class Queue: Sendable {
        let jobs = Mutex<[Job]>([])
        let count = DispatchSemaphore(value: 0)

        func add(_ job: Job) {
            jobs.withLock { $0.append(job) }
            count.signal()
        }

        func run() {
            while true {
                count.wait()
                guard case .work(let work) = jobs.withLock({ $0.removeFirst() }) else { return }
                work()
            }
        }
    }

    private let queue = Queue()
    private let threads: Int

    init(_ threads: Int) {
        self.threads = threads
        for _ in 0..<threads { Thread.detachNewThread { [queue] in queue.run() } }
    }

    deinit {
        for _ in 0..<threads { queue.add(.end) }
    }

    /// Does work on one of the threads, in the order in which it comes.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.add(.work { continuation.resume(with: Result { try work() }) })
        }
    }
}
#endif
