import OAuth
internal import Primitives

/// Counts the failures of keys, each in a minute of its own, in bounded memory and constant time.
///
/// No count is dropped before its minute is over. While the table is full, further keys share a fixed number of cells:
/// a key may then be refused because of others in its cell, but no count is too low. A minute that begins in the
/// future, because the clock was set back, no longer counts.
struct FailureTable {
    /// The digest of a name, a network or both.
    typealias Key = Digest

    private struct Failures {
        var since: Instant
        var count: Int

        func counts(at now: Instant) -> Bool { since <= now && now < since + FailureTable.window }
    }

    private static let window: Duration = .seconds(60)
    /// The number of shared cells: so many that a few hundred thousand made-up names per minute block no other name.
    private static let cells = 65_536

    private let limit: Int
    private let capacity: Int
    private var failures: [Key: Failures] = [:]
    /// The keys in the order in which their minutes began; those before ``head`` were removed.
    private var order: [(key: Key, since: Instant)] = []
    private var head = 0
    /// The shared cells; empty until the table has been full.
    private var shared: [Failures] = []

    init(limit: Int, capacity: Int) {
        self.limit = limit
        self.capacity = capacity
    }

    /// The number of counts.
    var size: Int { failures.count + shared.count + order.count - head }

    /// The time until which a key is refused; nil when it is not.
    func end(of key: Key, at now: Instant) -> Instant? {
        guard let entry = failures[key] ?? (shared.isEmpty ? nil : shared[Self.cell(of: key)]), entry.counts(at: now),
            entry.count >= limit
        else { return nil }
        return entry.since + Self.window
    }

    /// Counts a failure.
    mutating func count(_ key: Key, at now: Instant) {
        forgetSome(at: now)
        if let entry = failures[key] {
            if entry.counts(at: now) {
                failures[key]?.count += 1
            } else {
                begin(key, at: now)
            }
        } else if failures.count < capacity {
            begin(key, at: now)
        } else {
            if shared.isEmpty { shared = Array(repeating: Failures(since: .zero, count: 0), count: Self.cells) }
            let cell = Self.cell(of: key)
            if shared[cell].counts(at: now) {
                shared[cell].count += 1
            } else {
                shared[cell] = Failures(since: now, count: 1)
            }
        }
    }

    /// Takes back one failure that was counted at an instant, or all of a key.
    mutating func forgive(_ key: Key, all: Bool, at instant: Instant) {
        if let entry = failures[key] {
            guard entry.counts(at: instant) else { return }
            failures[key]?.count = all ? 0 : max(0, entry.count - 1)
        } else if !shared.isEmpty {
            // Failures of other keys in the cell stay.
            let cell = Self.cell(of: key)
            if shared[cell].counts(at: instant) { shared[cell].count = max(0, shared[cell].count - 1) }
        }
    }

    private mutating func begin(_ key: Key, at now: Instant) {
        failures[key] = Failures(since: now, count: 1)
        order.append((key, now))
    }

    /// Removes the first keys whose minutes are over: more than are added, so that the table empties, but only a few at
    /// once.
    private mutating func forgetSome(at now: Instant) {
        for _ in 0..<2 {
            guard head < order.count, !Failures(since: order[head].since, count: 0).counts(at: now) else { break }
            let (key, since) = order[head]
            if failures[key]?.since == since { failures[key] = nil }
            head += 1
        }
        if head > 1024, head > order.count / 2 {
            order.removeFirst(head)
            head = 0
        }
    }

    /// Clients cannot choose keys of one cell: each process seeds its hashes anew.
    private static func cell(of key: Key) -> Int { Int(UInt(bitPattern: key.hashValue) % UInt(cells)) }
}
