internal import Primitives

/// The moves of the debug clock, by which the real time of a request is known.
struct ClockMoves: Sendable {
    private struct Move {
        /// The latest request before it.
        let entry: Int
        /// The offset before it.
        let before: Duration
    }

    /// The maximum number of moves that are kept.
    private static let capacity = 100

    /// The present offset from the real time.
    private(set) var offset = Duration.zero
    private var moves: [Move] = []
    /// The latest request before a move that is no longer kept.
    private var forgotten: Int?

    /// Records a move, after a request.
    mutating func move(to offset: Duration, after entry: Int) {
        guard offset != self.offset else { return }
        if moves.count == Self.capacity { forgotten = moves.removeFirst().entry }
        moves.append(Move(entry: entry, before: self.offset))
        self.offset = offset
    }

    /// The offset at a request; nil when it is no longer known.
    func offset(at entry: Int) -> Duration? {
        if let forgotten, entry <= forgotten { return nil }
        return moves.first { $0.entry >= entry }?.before ?? offset
    }

    /// A request with its time as the clock would show it if it had always had the present offset.
    func withPresentOffset(_ moment: CredentialHistory.EntryReference) -> CredentialHistory.EntryReference {
        let time = moment.time + offset - (offset(at: moment.entry) ?? offset)
        return CredentialHistory.EntryReference(entry: moment.entry, time: time)
    }

    /// The latest request before the latest move.
    var latest: Int { moves.last?.entry ?? 0 }
}
