internal import HTTPEdge
internal import OAuth
internal import Primitives

/// What happened in a login before its authorization: the challenge and the metadata that its client read.
///
/// A browser asks for the authorization, so which prelude belongs to it is only known for certain when the client comes
/// with its code; see ``FlowTable``.
struct Prelude: Sendable {
    /// A request before the authorization.
    struct Event: Sendable {
        enum Kind: Sendable {
            case challenge
            case resourceMetadata
            case serverMetadata
            case registration
            case other
        }

        let kind: Kind
        let moment: CredentialHistory.EntryReference
        /// The digest of the path of metadata.
        let document: Digest?
        /// That of the metadata which a challenge named.
        let namedDocument: Digest?
        /// The scopes that a challenge named.
        let scope: String?
        /// Whether it was served.
        let isServed: Bool

        var isReading: Bool { kind == .resourceMetadata || kind == .serverMetadata }
    }

    /// The requests of one agent; those in which it gives itself different names are of several clients.
    struct Part: Sendable {
        /// The machine and user agent; nil for requests without one.
        let agent: Digest?
        var evidence = ClientEvidence()
        var events: [Event] = []

        /// The number of challenges.
        var challenges: Int { events.count { $0.kind == .challenge } }

        /// Some of the requests; those for metadata carry no name.
        func keeping(_ isKept: (Event) -> Bool) -> Part {
            let kept = events.filter(isKept)
            let isNameless = kept.allSatisfy(\.isReading)
            return Part(agent: agent, evidence: isNameless ? evidence.withoutName : evidence, events: kept)
        }
    }

    /// The maximum number of events; later ones are not noted.
    static let maximumEvents = 60
    private static let maximumParts = 6

    private(set) var parts: [Part] = []

    init() {}

    init(_ parts: [Part]) { self.parts = parts.filter { !$0.events.isEmpty } }

    // MARK: - What is known

    var isEmpty: Bool { parts.isEmpty }

    /// The events in the order of their requests.
    var events: [Event] { parts.flatMap(\.events).sorted { $0.moment.entry < $1.moment.entry } }

    /// What identifies the client.
    var evidence: ClientEvidence { parts.reduce(into: ClientEvidence()) { $0.merge($1.evidence) } }

    /// The machine and user agent of the client; nil before its first request, or when it sends none.
    var agent: Digest? { parts.lazy.compactMap(\.agent).first }

    /// The first challenge.
    var challenge: CredentialHistory.EntryReference? { first(.challenge) }

    /// The scopes that the latest challenge named.
    var challengeScope: String? { events.last { $0.kind == .challenge }?.scope }

    /// The metadata that the latest challenge named.
    var namedDocument: Digest? { events.last { $0.kind == .challenge }?.namedDocument }

    /// The first request for the resource's metadata.
    var resourceMetadata: CredentialHistory.EntryReference? { first(.resourceMetadata) }

    /// The first request for the authorization server's metadata.
    var serverMetadata: CredentialHistory.EntryReference? { first(.serverMetadata) }

    private func first(_ kind: Event.Kind) -> CredentialHistory.EntryReference? {
        parts.flatMap(\.events).filter { $0.kind == kind }.min { $0.moment.entry < $1.moment.entry }?.moment
    }

    /// The numbers of its requests.
    var entries: [Int] { parts.flatMap { $0.events.map(\.moment.entry) } }

    /// The numbers of the requests of other agents than one.
    func entries(besides agent: Digest) -> Set<Int> {
        Set(parts.filter { $0.agent.map { $0 != agent } ?? false }.flatMap { $0.events.map(\.moment.entry) })
    }

    /// Whether a login has begun: there was more than a stray request.
    var isOfLogin: Bool { has { $0.kind != .other } }

    /// Whether an event meets a condition.
    func has(_ condition: (Event) -> Bool) -> Bool { parts.contains { $0.events.contains(where: condition) } }

    /// Whether metadata were read with a user agent, or without one.
    func isRead(named: Bool) -> Bool {
        parts.contains { ($0.agent != nil) == named && $0.events.contains(where: \.isReading) }
    }

    /// Whether a document was read.
    func hasRead(_ document: Digest) -> Bool { has { $0.document == document } }

    /// What a client that stops here leaves out.
    var wait: (for: ExpectedStep, since: CredentialHistory.EntryReference)? {
        let last = events.last { $0.kind == .challenge || $0.isReading && $0.isServed }
        return last.map { ($0.kind == .challenge ? .afterChallenge : .afterMetadata, $0.moment) }
    }

    /// The approximate memory besides itself, in bytes.
    var size: Int {
        parts.reduce(0) { sum, part in
            sum + MemoryLayout<Part>.stride + part.evidence.size + part.events.count * MemoryLayout<Event>.stride
                + part.events.reduce(0) { $0 + ($1.scope?.utf8.count ?? 0) }
        }
    }

    // MARK: - Changes

    /// Notes a request.
    mutating func note(_ classified: ClassifiedExchange, _ secrets: SecretScanner) {
        let exchange = classified.exchange
        let kind: Event.Kind =
            switch classified.event {
            case .message where exchange.status == 401: .challenge
            case .discovery: exchange.endpoint == .metadata ? .serverMetadata : .resourceMetadata
            case .registration: .registration
            default: .other
            }
        let event = Event(
            kind: kind, moment: classified.moment, document: classified.document,
            namedDocument: kind == .challenge ? classified.namedDocument : nil,
            scope: kind == .challenge ? classified.challengeScope : nil, isServed: exchange.status < 400)
        var part = Part(agent: classified.isNamed ? classified.agent : nil, events: [event])
        part.evidence.note(classified, secrets)
        merge(part)
    }

    /// Adds the requests of another prelude.
    mutating func merge(_ other: Prelude) {
        for part in other.parts { merge(part) }
    }

    private mutating func merge(_ part: Part) {
        let room = Self.maximumEvents - parts.reduce(0) { $0 + $1.events.count }
        if let index = parts.firstIndex(where: {
            $0.agent == part.agent && $0.evidence.mayShareName(with: part.evidence)
        }) {
            parts[index].evidence.merge(part.evidence)
            parts[index].events += part.events.prefix(max(room, 0))
        } else if parts.count < Self.maximumParts, room > 0 {
            parts.append(part)
        }
    }

    /// Removes a request, and returns it.
    @discardableResult
    mutating func take(_ entry: Int) -> Prelude {
        let taken = parts.map { $0.keeping { $0.moment.entry == entry } }
        for index in parts.indices { parts[index].events.removeAll { $0.moment.entry == entry } }
        parts.removeAll(where: \.events.isEmpty)
        return Prelude(taken)
    }

    /// Drops the oldest events beyond a number.
    mutating func dropEvents(keeping number: Int) {
        let entries = entries.sorted()
        for entry in entries.dropLast(number) { take(entry) }
    }

    /// Removes the requests of some agents, and returns them.
    mutating func take(_ isTaken: (Part) -> Bool) -> Prelude {
        let taken = Prelude(parts.filter(isTaken))
        parts.removeAll(where: isTaken)
        return taken
    }

    /// Removes the metadata that were read without a user agent, and returns them.
    mutating func takeUnnamedReadings() -> Prelude {
        let taken = parts.filter { $0.agent == nil }.map { $0.keeping(\.isReading) }
        for index in parts.indices where parts[index].agent == nil { parts[index].events.removeAll(where: \.isReading) }
        parts.removeAll(where: \.events.isEmpty)
        return Prelude(taken)
    }

    /// Removes one of each that happened twice, because two clients of the same name began to log in at once; empty if
    /// there was one challenge only.
    ///
    /// - Parameters:
    ///   - known: what is known of the other login already.
    ///   - authorization: the number of its authorization request.
    mutating func takeRepetition(besides known: Prelude, before authorization: Int) -> Prelude {
        let spare = repetitions(before: authorization) { $0.kind == .challenge || $0.isReading }
        guard spare.contains(where: { $0.kind == .challenge }) else { return Prelude() }
        var taken = Prelude()
        for event in spare where event.document.map({ !known.hasRead($0) }) ?? true {
            taken.merge(take(event.moment.entry))
        }
        return taken
    }

    /// Of each challenge and document that one agent repeated, the latest before an authorization.
    private func repetitions(before authorization: Int, _ isIncluded: (Event) -> Bool) -> [Event] {
        parts.flatMap { part in
            Dictionary(grouping: part.events.filter(isIncluded), by: \.document).values.compactMap { same in
                same.count > 1 ? same.last { $0.moment.entry < authorization } : nil
            }
        }
    }

    /// The requests for metadata that came without a user agent before another request.
    func unnamedReadings(before entry: Int) -> [Int] {
        parts.filter { $0.agent == nil }.flatMap(\.events).filter { $0.isReading && $0.moment.entry < entry }
            .map(\.moment.entry)
    }

    /// The requests for metadata that are repeated here and missing in the prelude of another run of the same client.
    func spareReadings(for other: Prelude, _ evidence: ClientEvidence, before authorization: Int) -> [Int] {
        Prelude(parts.filter { $0.evidence.agreement(with: evidence) > 0 })
            .repetitions(before: authorization) { $0.isReading && !($0.document.map(other.hasRead) ?? true) }
            .map(\.moment.entry)
    }
}

extension ClassifiedExchange {
    /// The digest of the path of metadata; nil for anything else.
    var document: Digest? {
        guard case .discovery = event else { return nil }
        return Digest(of: exchange.request.path)
    }

    /// The digest of the path of the metadata that a challenge names; nil where it names none.
    fileprivate var namedDocument: Digest? {
        guard let url = challengedMetadata, let scheme = url.firstRange(of: "://") else { return nil }
        return Digest(of: String(url[scheme.upperBound...].drop { $0 != "/" }))
    }
}
