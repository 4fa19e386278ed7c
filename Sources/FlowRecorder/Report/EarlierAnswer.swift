internal import HTTPEdge

/// An answer after which a client should not send the same again: a refusal, or the tokens for a refresh token.
///
/// A later request ignores it when its head arrived after the answer was sent. It may have been under way at that time
/// when its connection was open already, has carried no such answer, and the answer is at most ``grace`` old. So a
/// client that sends one request after another, each on another connection that was open before, is not caught at once.
struct EarlierAnswer: Sendable {
    /// The first request that got the answer.
    let moment: CredentialHistory.EntryReference
    /// How many requests have ignored it.
    private(set) var ignored = 0
    /// The time of the first answer.
    private let answered: ContinuousClock.Instant
    /// The time of the first answer at which no connection waited to be accepted: a connection that was accepted later
    /// was opened later.
    private var lastCall: ContinuousClock.Instant?
    /// The connections that have carried such an answer.
    private var carriers: Set<Int> = []

    /// How long a request can have been under way.
    private static let grace = Duration.milliseconds(250)
    private static let maximumCarriers = 200

    init(_ classified: ClassifiedExchange) {
        moment = classified.moment
        answered = classified.exchange.answered
        note(classified.exchange)
    }

    /// Whether a request ignores the answer; it counts, and so does its connection.
    mutating func isIgnored(by exchange: Exchange) -> Bool {
        defer { note(exchange) }
        guard !isUnderWay(exchange) else { return false }
        ignored += 1
        return true
    }

    /// Whether a request was sent before its client can have known the answer.
    func isUnderWay(_ exchange: Exchange) -> Bool {
        guard exchange.began >= answered else { return true }
        guard let connection = exchange.connection, !carriers.contains(connection.number) else { return false }
        let isOpenedLater = lastCall.map { $0 <= connection.opened } ?? false
        return !isOpenedLater && exchange.began - answered <= Self.grace
    }

    private mutating func note(_ exchange: Exchange) {
        guard let connection = exchange.connection else { return }
        if carriers.count < Self.maximumCarriers { carriers.insert(connection.number) }
        if !connection.isFollowedByOthers { lastCall = lastCall ?? exchange.answered }
    }
}
