/// Limits the number of concurrent tasks; others wait in order of arrival.
actor Turns {
    private let limit: Int
    private var running = 0
    private var queue: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    private var lastID = 0

    init(limit: Int) { self.limit = limit }

    /// The number of waiting tasks.
    var waitingCount: Int { queue.count }

    /// Runs work when there is a place for it; not at all when the task is cancelled before.
    nonisolated func run(_ work: () async -> Void) async {
        guard await enter() else { return }
        await work()
        await leave()
    }

    private func enter() async -> Bool {
        if Task.isCancelled { return false }
        guard running >= limit else {
            running += 1
            return true
        }
        lastID += 1
        let id = lastID
        return await withTaskCancellationHandler {
            await withCheckedContinuation { queue.append((id, $0)) }
        } onCancel: {
            Task { await self.giveUp(id) }
        }
    }

    /// Passes the place on to the next.
    private func leave() {
        guard !queue.isEmpty else {
            running -= 1
            return
        }
        queue.removeFirst().continuation.resume(returning: true)
    }

    private func giveUp(_ id: Int) {
        guard let position = queue.firstIndex(where: { $0.id == id }) else { return }
        queue.remove(at: position).continuation.resume(returning: false)
    }
}

/// The only way to the host: messages are written whole, one after the other, in order of their submission.
struct Outbox: Sendable {
    private let write: @Sendable ([UInt8]) async -> Void
    private let turns = Turns(limit: 1)

    init(_ write: @escaping @Sendable ([UInt8]) async -> Void) { self.write = write }

    /// Writes a message and returns when it is written; writes nothing when the task was cancelled while it waited.
    func send(_ message: @Sendable () -> [UInt8]) async {
        await turns.run { await write(message()) }
    }
}
