public import Primitives
public import OAuth
import Synchronization

/// The refusal to look at another password or secret before some time has passed.
///
/// OAuth 2.1 §2.4.1. It is not an OAuth error: the answer is 429 with `Retry-After`.
public struct TooManyAttempts: Error, Equatable, Sendable {
    /// The time after which another attempt is looked at.
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

/// Counts failed attempts to guess a secret and refuses more of them for the rest of a minute.
///
/// A failure counts three times: for its name and network, for its network whatever the name, and for its name from
/// anywhere. The second is not counted for this machine, where one program would lock out all the others. The third
/// does not stop a network from which the name has logged in before: else strangers could lock its owner out.
///
/// An attempt counts as a failure until it has succeeded, so that attempts at the same time are not looked at all at
/// once. Each count has its own minute, which starts with its first failure.
public final class Throttle: Sendable {
    /// What is guessed.
    public enum Kind: String, Sendable {
        /// A client's secret.
        case client
        /// A person's password.
        case user
        /// The token of the debug features.
        case debugToken
    }

    /// The failures that are allowed in a minute.
    public struct Limits: Sendable {
        /// For a name from one network.
        public var pair = 10
        /// From one network, for all names together.
        public var network = 100
        /// For one name, from all networks together.
        public var name = 100
        /// The counts of each sort that are exact; of more, several share one.
        public var capacity = 10_000

        /// The limits of a server that is not told otherwise.
        public init() {}
    }

    /// An attempt that is looked at.
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

    /// Starts without any failure.
    public init(_ limits: Limits = Limits()) {
        self.limits = limits
        state = Mutex(Self.empty(limits))
    }

    /// Lets an attempt pass, or refuses it after too many failures.
    ///
    /// - Parameters:
    ///   - kind: what is guessed.
    ///   - name: whose secret it is.
    ///   - network: where the attempt comes from: ``thisMachine``, an address of IPv4, or a network of IPv6.
    ///   - now: the time.
    /// - Throws: ``TooManyAttempts``.
    public func begin(
        _ kind: Kind, name: String, network: String, at now: Instant
    ) throws(TooManyAttempts) -> Attempt {
        // Names and networks come from strangers; digests have the same length for all of them.
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

    /// Takes back what was counted for an attempt that succeeded, and all that its name failed from its network.
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

    /// How many counts there are, for tests.
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

/// The latest keys that were put in, some thousands of them.
///
/// There are two halves: when the first is full it becomes the second, whose former content goes.
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
