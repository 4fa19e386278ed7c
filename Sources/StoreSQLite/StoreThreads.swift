#if SQLite
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Threads that wait for the disk and for other writers on behalf of a store.
///
/// GRDB's asynchronous functions use threads of the system's library, which opens files while work is queued and ends
/// the process where it cannot. These threads open nothing.
final class StoreThreads: Sendable {
    private enum Job: Sendable {
        case work(@Sendable () -> Void)
        case end
    }

    /// The queue of work; an object of its own, so that the threads do not retain the store.
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

    /// Runs work on one of the threads, in the order of the calls.
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.add(.work { continuation.resume(with: Result { try work() }) })
        }
    }
}
#endif
