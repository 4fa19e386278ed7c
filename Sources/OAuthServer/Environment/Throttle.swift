internal import OAuth
public import Primitives
import Synchronization

/// The refusal to check another password or secret before some time has passed.
///
/// OAuth 2.1 §2.4.1. It is not an OAuth error: the answer is 429 with `Retry-After`.
public struct TooManyAttempts: Error, Equatable, Sendable {
    /// The time until the next attempt is allowed.
    public let retryAfter: Duration

    /// Makes a refusal.
    public init(retryAfter: Duration) {
        self.retryAfter = retryAfter
    }

    /// The value of `Retry-After`: whole seconds, rounded up.
    public var retryAfterSeconds: Int64 {
        retryAfter.components.seconds + (retryAfter.components.attoseconds > 0 ? 1 : 0)
    }
}

/// Counts failed attempts to guess a secret and refuses further ones for the rest of a minute.
///
/// A failure counts three times: for its name and network, for its network with any name, and for its name from any
/// network. The second is not counted for this machine, where one program would lock out all others. The third does not
/// stop a network from which the name has logged in before; otherwise attackers could lock out its owner.
///
/// An attempt counts as a failure until it has succeeded, so that concurrent attempts do not bypass the limit. Each
/// count has its own minute, which starts with its first failure.
public final class Throttle: Sendable {
    /// The kind of secret.
    public enum Kind: String, Sendable {
        /// A client's secret.
        case client
        /// A person's password.
        case user
        /// The token of the debug features.
        case debugToken
    }

    /// The maximum numbers of failures per minute.
    public struct Limits: Sendable {
        /// For a name from one network.
        public var pair = 10
        /// From one network, for all names together.
        public var network = 100
        /// For one name, from all networks together.
        public var name = 100
        /// The number of exact counts of each sort; beyond it several keys share one.
        public var capacity = 10_000

        /// Makes the default limits.
        public init() {}
    }

    /// An attempt that is allowed.
    public struct Attempt: Sendable {
        fileprivate let pair: FailureTable.Key
        fileprivate let network: FailureTable.Key?
        fileprivate let name: FailureTable.Key
        fileprivate let time: Instant
    }

    private struct State {
        var pairs: FailureTable
        var networks: FailureTable
        var names: FailureTable
        var successes = RecentKeys()
    }

    /// The network of this machine's own programs.
    public static let thisMachine = "127.0.0.1"

    private let limits: Limits
    private let state: Mutex<State>

    /// Makes a throttle without failures.
    public init(_ limits: Limits = Limits()) {
        self.limits = limits
        state = Mutex(Self.empty(limits))
    }

    /// Allows an attempt, or refuses it after too many failures.
    ///
    /// - Parameters:
    ///   - kind: the kind of secret.
    ///   - name: the owner of the secret.
    ///   - network: the origin of the attempt: ``thisMachine``, an IPv4 address, or an IPv6 network.
    ///   - now: the time.
    /// - Throws: ``TooManyAttempts``.
    public func begin(
        _ kind: Kind, name: String, network: String, at now: Instant
    ) throws(TooManyAttempts) -> Attempt {
        // Clients choose names and networks; digests of them have a fixed size.
        let attempt = Attempt(
            pair: Digest(of: "\(kind.rawValue)\u{0}\(name)\u{0}\(network)"),
            network: network == Self.thisMachine ? nil : Digest(of: network),
            name: Digest(of: "\(kind.rawValue)\u{0}\(name)"), time: now)
        let end = state.withLock { state -> Instant? in
            let ends = [
                state.pairs.end(of: attempt.pair, at: now),
                attempt.network.flatMap { state.networks.end(of: $0, at: now) },
                state.successes.contains(attempt.pair) ? nil : state.names.end(of: attempt.name, at: now),
            ]
            if let end = ends.compactMap(\.self).max() { return end }
            state.pairs.count(attempt.pair, at: now)
            if let network = attempt.network { state.networks.count(network, at: now) }
            state.names.count(attempt.name, at: now)
            return nil
        }
        if let end { throw TooManyAttempts(retryAfter: end - now) }
        return attempt
    }

    /// Takes back the count of a successful attempt, and all failures of its name from its network.
    public func succeed(_ attempt: Attempt) {
        state.withLock { state in
            state.pairs.forgive(attempt.pair, all: true, at: attempt.time)
            if let network = attempt.network { state.networks.forgive(network, all: false, at: attempt.time) }
            state.names.forgive(attempt.name, all: false, at: attempt.time)
            state.successes.insert(attempt.pair)
        }
    }

    /// Forgets every failure.
    public func clear() {
        state.withLock { $0 = Self.empty(limits) }
    }

    /// The number of counts, for tests.
    package var size: Int {
        state.withLock { $0.pairs.size + $0.networks.size + $0.names.size }
    }

    private static func empty(_ limits: Limits) -> State {
        State(
            pairs: FailureTable(limit: limits.pair, capacity: limits.capacity),
            networks: FailureTable(limit: limits.network, capacity: limits.capacity),
            names: FailureTable(limit: limits.name, capacity: limits.capacity))
    }
}

/// The latest keys that were inserted, some thousands of them.
///
/// There are two halves: when the first is full it replaces the second.
private struct RecentKeys {
    private static let capacity = 2048

    private var recent: Set<FailureTable.Key> = []
    private var older: Set<FailureTable.Key> = []

    func contains(_ key: FailureTable.Key) -> Bool { recent.contains(key) || older.contains(key) }

    mutating func insert(_ key: FailureTable.Key) {
        guard !recent.contains(key) else { return }
        if recent.count >= Self.capacity { (recent, older) = ([], recent) }
        recent.insert(key)
    }
}
