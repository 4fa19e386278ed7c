internal import HTTPEdge
internal import Synchronization

/// Exchanges that were answered and have yet to be recorded, in the order of the answers.
///
/// Recording one takes a good part of the time that answering it took, so it happens on another thread, and for many
/// exchanges at once: waking a thread costs as much as recording. Every reader drains the queue first; without readers
/// the oldest exchange may wait a second, and at most ``enough`` bytes do. When recording falls behind, answering waits
/// for it: no exchange is left out, and at most ``maximum`` bytes and one exchange wait.
final class RecordingQueue: Sendable {
    /// How soon the queue has to be drained.
    enum Urgency {
        /// It will be; there is nothing to do.
        case scheduled
        /// In a while.
        case later
        /// On another thread, now.
        case soon
        /// By the caller, before it goes on.
        case now
    }

    private struct State {
        var tape = Tape()
        /// Whether draining is scheduled.
        var isScheduled = false
    }

    /// How much is worth a thread's while, in bytes.
    private static let enough = 1 << 18
    /// The most that waits, in bytes.
    private static let maximum = 1 << 20
    /// The largest tape that is kept for use again, in bytes.
    private static let maximumKept = 2 << 20

    private let state = Mutex(State())
    /// The tape that is played, empty in between; held while draining, so that the order stays.
    private let draining = Mutex(Tape())

    /// Appends an exchange; the caller has the queue drained as soon as the result says.
    func add(_ exchange: Exchange) -> Urgency {
        state.withLock { state in
            let before = state.tape.size
            state.tape.record(exchange)
            let size = state.tape.size
            defer { state.isScheduled = true }
            if size >= Self.maximum { return .now }
            if before < Self.enough && size >= Self.enough { return .soon }
            return state.isScheduled ? .scheduled : .later
        }
    }

    /// Takes out all exchanges, one after the other.
    func drain(_ record: (Exchange) -> Void) {
        draining.withLock { tape in
            while take(&tape) {
                while let exchange = tape.next() { record(exchange) }
                tape.rewind(keeping: Self.maximumKept)
            }
        }
    }

    /// Takes what waits in exchange for an empty tape; false when nothing does.
    private func take(_ tape: inout Tape) -> Bool {
        state.withLock { state in
            swap(&state.tape, &tape)
            state.isScheduled = tape.size > 0
            return state.isScheduled
        }
    }
}
