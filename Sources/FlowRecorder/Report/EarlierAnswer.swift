internal import HTTPEdge

/// An answer after which a client should not send the same again, and the requests that it sent all the same: a
/// refusal, or the tokens for a refresh token.
///
/// Of parallel requests each may get such an answer, and none ignores it. What was under way is known where the server
/// had received a request, or its connection, before it sent an answer. A client that sends one request after another
/// never has two under way. Threads may have, although each is answered before the next one is seen: on a busy machine
/// that may be so for all of them. So the first request on each connection that was open before may have been under
/// way; a loop over such connections comes back to one that has carried the answer. Of other requests as many may have
/// been as the client was seen to have; a client that goes on beyond that is repeating. Where the system tells, a
/// request that was sent before the client had read any of the latest answers ignores none either.
struct EarlierAnswer: Sendable {
    /// A request that ignored the answer.
    struct Repetition: Sendable {
        let moment: CredentialHistory.EntryReference
        /// The number of answers before it.
        let answers: Int
        /// Whether it was not a thread that the system let run when the others had finished.
        var isCertain = true
    }

    /// What the connection of a request tells about it and the first answer.
    private enum Order: Sendable {
        /// The request was received before the first answer was sent, or was sent before the latest ones were read.
        case underWay
        /// The connection has carried such an answer.
        case sameConnection
        /// The connection was opened when those that had carried such an answer were closed.
        case afterOthers
        /// The connection was open before the first answer.
        case openBefore
        /// The connection was opened beside one that had carried such an answer.
        case besideOthers
    }

    private struct Request: Sendable {
        let repetition: Repetition
        let order: Order
        /// Whether it came within ``patience`` after the first answer, and after the latest one.
        let isSoonAfterFirst, isSoonAfterLatest: Bool
    }

    /// An answer that was sent, and what waited then.
    private struct Sent: Sendable {
        let connection: Int?
        let time: ContinuousClock.Instant
        let waiting: [Int]

        init(_ exchange: Exchange) {
            (connection, time) = (exchange.connection?.number, exchange.answered)
            waiting = exchange.connection?.waiting ?? []
        }

        /// Whether a request was received before.
        func isAfter(_ exchange: Exchange) -> Bool {
            guard exchange.began >= time else { return true }
            guard let number = exchange.connection?.number, number != connection else { return false }
            return waiting.contains(number)
        }

        /// Whether the client had not read it when it sent a request on another connection.
        func isUnread(by exchange: Exchange) -> Bool {
            guard let connection, let other = exchange.connection, other.number != connection else { return false }
            return other.unread.contains(connection)
        }
    }

    /// How long a request can have been under way.
    private static let patience = Duration.milliseconds(250)
    /// The maximum number of requests that may have been under way although none was seen to be.
    static let maximumUnseen = 15
    /// The number of further ones for each that was seen to be.
    private static let maximumForEach = 10
    private static let (maximumRequests, maximumConnections, maximumLatest) = (100, 64, 8)

    /// The first request that got the answer.
    let moment: CredentialHistory.EntryReference
    private let first: Sent
    /// The latest answers.
    private var latest: [Sent]
    /// The connections that have carried such an answer.
    private var connections: [Int: ConnectionEnd] = [:]
    /// The later requests: the first ones, and the last.
    private var requests: [Request] = []
    private var answers = 1
    /// The maximum number of requests that were seen to be under way at once.
    private var atOnce = 1

    init(_ classified: ClassifiedExchange) {
        moment = classified.moment
        first = Sent(classified.exchange)
        latest = [first]
        note(classified.exchange.connection)
    }

    // MARK: - Later requests

    /// Notes a later request that got the same answer, or should not have been sent after it.
    mutating func note(_ classified: ClassifiedExchange) {
        let exchange = classified.exchange
        let request = Request(
            repetition: Repetition(moment: classified.moment, answers: answers), order: order(of: exchange),
            isSoonAfterFirst: exchange.began - first.time <= Self.patience,
            isSoonAfterLatest: exchange.began - (latest.last?.time ?? first.time) <= Self.patience)
        if requests.count == Self.maximumRequests { requests.removeLast() }
        requests.append(request)
        answers += 1
        atOnce = max(atOnce, 1 + countUnderWay(with: exchange))
        if latest.count == Self.maximumLatest { latest.removeFirst() }
        latest.append(Sent(exchange))
        note(exchange.connection)
    }

    private mutating func note(_ connection: Exchange.Connection?) {
        guard let connection, connections.count < Self.maximumConnections else { return }
        connections[connection.number] = connection.end
    }

    private func order(of exchange: Exchange) -> Order {
        guard let connection = exchange.connection else {
            return exchange.began < first.time ? .underWay : .afterOthers
        }
        let isKnown = connections[connection.number] != nil
        if isKnown ? exchange.began < first.time : first.isAfter(exchange) { return .underWay }
        if isKnown { return .sameConnection }
        if latest.allSatisfy({ $0.isUnread(by: exchange) }) { return .underWay }
        if connection.opened < first.time { return .openBefore }
        let isAlone = connections.values.allSatisfy { $0.time.map { $0 <= connection.opened } ?? false }
        return isAlone ? .afterOthers : .besideOthers
    }

    /// On how many other connections an answer was sent after a request was received, or not read before it was sent;
    /// on its own one it is the next.
    private func countUnderWay(with exchange: Exchange) -> Int {
        let number = exchange.connection?.number
        let since = latest.lastIndex { $0.connection == number && number != nil }.map { $0 + 1 } ?? 0
        return Set(latest[since...].filter { $0.isAfter(exchange) || $0.isUnread(by: exchange) }.map(\.connection))
            .count
    }

    // MARK: - Repetitions

    /// The requests that ignored the answer, as far as is known by now.
    var repetitions: [Repetition] {
        let isParallel = atOnce > 1
        let mayBeParallel = isParallel || requests.contains { $0.order == .openBefore || $0.order == .besideOthers }
        let roomOfOthers = Self.maximumUnseen + Self.maximumForEach * (atOnce - 1)
        let roomOfConnections = isParallel ? Self.maximumUnseen : 0
        var (late, others, onSameConnection): ([Repetition], [Repetition], [Repetition]) = ([], [], [])
        var isSoon = true
        for request in requests where request.order != .underWay {
            let goesOn = isParallel || request.order == .openBefore
            isSoon = isSoon && (goesOn ? request.isSoonAfterLatest : request.isSoonAfterFirst)
            var repetition = request.repetition
            switch request.order {
            case _ where !isSoon: late.append(repetition)
            case .sameConnection: onSameConnection.append(repetition)
            case .openBefore: break
            case .afterOthers where !mayBeParallel:
                repetition.isCertain = false
                late.append(repetition)
            default: others.append(repetition)
            }
        }
        if others.count > roomOfOthers { late += others }
        if onSameConnection.count > roomOfConnections { late += onSameConnection }
        return late.sorted { $0.moment.entry < $1.moment.entry }
    }

    /// The number of requests that got the answer.
    var count: Int { answers }

    /// When the latest answer was ready.
    var latestTime: ContinuousClock.Instant { latest.last?.time ?? first.time }

    /// Whether a request was sent before the client could know the first answer.
    func isUnderWay(_ classified: ClassifiedExchange) -> Bool {
        if case .underWay = order(of: classified.exchange) { true } else { false }
    }

    /// The later requests without some that ignored it.
    func requests(without ignoring: [Repetition]) -> [Repetition] {
        let ignoring = Set(ignoring.map(\.moment.entry))
        return requests.map(\.repetition).filter { !ignoring.contains($0.moment.entry) }
    }

    /// Whether a request came on a connection that was open all along and carried none of these.
    func isApart(from classified: ClassifiedExchange) -> Bool {
        guard let connection = classified.exchange.connection else { return false }
        return connection.opened < first.time && connections[connection.number] == nil && first.connection != nil
    }

    /// Forgets later requests, which are not the client's.
    mutating func forget(_ entries: Set<Int>) {
        requests.removeAll { entries.contains($0.repetition.moment.entry) }
    }
}
