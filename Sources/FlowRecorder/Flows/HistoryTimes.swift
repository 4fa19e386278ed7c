internal import Primitives

/// The times of earlier requests, as they really were: moving the debug clock makes nothing older or younger.
struct HistoryTimes {
    /// The present time by the server's clock, by which everything expires.
    let now: Instant
    let startedAt: Instant
    let moves: ClockMoves

    /// The real time since the server started.
    var sinceStart: Duration {
        age(CredentialHistory.EntryReference(entry: 0, time: startedAt)) ?? .zero
    }

    /// How long before now a request was: `2.1 s earlier`.
    func before(_ moment: CredentialHistory.EntryReference) -> SafeText {
        age(moment).map { "\($0) earlier" } ?? "earlier"
    }

    /// How long ago something was, and where among the requests: `2.1 s ago, after request 3`.
    func place(of ending: CredentialHistory.Ending) -> SafeText {
        "\(max(now - moves.offset - ending.time, .zero)) ago, \(Self.place(after: ending.entry))"
    }

    /// How the server's clock was moved after a request; nil when it was not, or back again.
    func move(since moment: CredentialHistory.EntryReference) -> SafeText? {
        moves.offset(at: moment.entry).flatMap(move(since:))
    }

    /// The same since it had an offset.
    func move(since offset: Duration) -> SafeText? {
        let distance = moves.offset - offset
        guard distance != .zero else { return nil }
        let way: SafeText = distance > .zero ? "\(distance) forward" : "\(.zero - distance) back"
        return "/debug has moved the server's clock \(way) since then, at last \(Self.place(after: moves.latest))."
    }

    private static func place(after entry: Int) -> SafeText {
        entry == 0 ? "before the first request" : "after request \(entry)"
    }

    private func age(_ moment: CredentialHistory.EntryReference) -> Duration? {
        moves.offset(at: moment.entry).map { max((now - moves.offset) - (moment.time - $0), .zero) }
    }
}
