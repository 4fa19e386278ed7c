#if Redis
public import Primitives
internal import Synchronization

/// Grants and sessions in one Redis or Valkey server, shared by all instances that use it.
///
/// Each operation is one command or one script, which Redis runs as a whole, and waits for one reply. What Redis does
/// not answer is thrown as `StoreUnavailable`: what was asked for may then have been done all the same, but the tokens
/// in it are in nobody's hands, and when the trade is asked for again it is made anew (see `Command.afterDoubt`). There
/// are no capacities: Redis ends what its `maxmemory` cannot hold by an error, which is thrown too.
///
/// Redis forgets each key by itself, an hour after its record has expired, so that neither clocks that differ nor one
/// that is moved back end anything early. Whether something has expired is said by the record alone. What is spent is
/// only ever forgotten, never open again, whatever a clock does.
public final class RedisStore: Sendable {
    let client: RedisClient
    let keys: Keys
    private let now: @Sendable () -> Instant
    /// Up to when what expired was forgotten the last time, and what the clock said then.
    private let forgotten = Mutex<(instant: Instant, time: Instant)>((.zero, .zero))

    /// What the keys begin with.
    public static let defaultPrefix = "static-auth-server:"

    private static let margin = Duration.seconds(3600)

    /// Connects to Redis and sees to it that it can be used.
    ///
    /// - Parameters:
    ///   - url: where it is, and how to log in.
    ///   - prefix: what the keys begin with.
    ///   - patience: how long an operation may take.
    ///   - now: the clock of all lifetimes.
    /// - Throws: `StoreUnavailable` when it does not answer now and may do so later; ``RedisRefusal`` when a setting
    ///   has to change first.
    public init(
        _ url: RedisURL, prefix: String = defaultPrefix, patience: Duration = .seconds(2),
        now: @escaping @Sendable () -> Instant
    ) async throws {
        keys = Keys(prefix: prefix)
        self.now = now
        client = try await RedisClient(url, patience: patience)
    }

    /// Closes the connection; every operation from now on fails.
    public func close() async {
        await client.close()
    }

    /// See `GrantStore.removeExpired` and `SessionStore.removeExpired`: Redis removes, and this hides what is to come.
    public func removeExpired(before instant: Instant) {
        let time = now()
        forgotten.withLock { $0 = (instant, time) }
    }

    /// Up to when what expired is to be taken for unknown: never beyond a clock that has gone back since.
    ///
    /// Where a server has another clock than its store, it says so by the next ``removeExpired(before:)``.
    var horizon: Instant {
        let now = now()
        return forgotten.withLock { now < $0.time ? min($0.instant, now) : $0.instant }
    }

    /// How many milliseconds Redis keeps what expires at an instant.
    ///
    /// - Parameter issue: when it was issued, where that is known; a clock that was behind then takes nothing away.
    func lifetime(until expiry: Instant, from issue: Instant? = nil) -> String {
        let now = now()
        return String((max(expiry - min(now, issue ?? now), .zero) + Self.margin).components.seconds * 1000)
    }

    /// Runs a script and returns its reply.
    func run(_ script: Script, keys: [String], _ arguments: [String] = []) async throws -> RESPValue {
        try await client.send(.script(script, keys: keys, arguments: arguments))
    }
}
#endif
