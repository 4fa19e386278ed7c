internal import Synchronization

/// Exchanges that were answered and wait for recording, in the order of the answers.
///
/// Recording takes a good part of the time of answering, so another thread does it, and for many exchanges at once:
/// waking a thread costs as much as recording. Every reader drains the queue first; without readers the oldest exchange
/// may wait a second, and at most ``drainingSize`` bytes do. When recording falls behind, answering waits for it: no
/// exchange is lost, and at most ``maximum`` bytes and one exchange are queued.
final class RecordingQueue: Sendable {
    /// The time at which the queue has to be drained.
    enum Urgency {
        /// Already scheduled.
        case scheduled
        /// After a delay.
        case later
        /// On another thread, now.
        case soon
        /// By the caller, before it continues.
        case now
    }

    private struct State {
        var exchanges: [Exchange] = []
        /// The approximate memory, in bytes.
        var size = 0
        /// Whether draining is scheduled.
        var isScheduled = false
    }

    /// The size at which draining starts at once, in bytes.
    private static let drainingSize = 1 << 18
    /// The maximum size of the queue, in bytes.
    private static let maximum = 1 << 20

    private let state = Mutex(State())
    /// The exchanges that are being recorded, empty in between; locked while draining, so that the order is kept.
    private let draining = Mutex<[Exchange]>([])

    /// Appends an exchange; the caller must have the queue drained as the result says.
    func add(_ exchange: Exchange) -> Urgency {
        state.withLock { state in
            let before = state.size
            state.exchanges.append(exchange)
            state.size += exchange.size
            defer { state.isScheduled = true }
            if state.size >= Self.maximum { return .now }
            if before < Self.drainingSize && state.size >= Self.drainingSize { return .soon }
            return state.isScheduled ? .scheduled : .later
        }
    }

    /// Removes all exchanges, in order.
    func drain(_ record: (Exchange) -> Void) { drain(record) {} }

    /// Removes all exchanges, in order, and does something before the next one is removed.
    func drain<Result>(_ record: (Exchange) -> Void, before next: () -> Result) -> Result {
        draining.withLock { exchanges in
            while take(&exchanges) {
                for exchange in exchanges { record(exchange) }
                exchanges.removeAll(keepingCapacity: true)
            }
            return next()
        }
    }

    /// Swaps the queued exchanges for an empty array; false when there are none.
    private func take(_ exchanges: inout [Exchange]) -> Bool {
        state.withLock { state in
            swap(&state.exchanges, &exchanges)
            state.size = 0
            state.isScheduled = !exchanges.isEmpty
            return state.isScheduled
        }
    }
}
