#if Redis
public import Primitives
internal import Synchronization

/// Grants and sessions in one Redis or Valkey server, shared by all instances that use it.
///
/// Each operation is one command or one script, which Redis runs atomically, and waits for one reply. Without a reply
/// it throws `StoreUnavailable`. Redis may have run the operation all the same, but its tokens have reached no client,
/// and the exchange can be repeated (see `Command.afterDoubt`). There are no capacities: beyond its `maxmemory` Redis
/// answers with an error, which is thrown too.
///
/// Redis deletes each key an hour after its record has expired, so that neither clocks that differ nor one that is set
/// back end anything early. Only the record decides whether something has expired. What is spent may be forgotten, but
/// never becomes usable again, whatever a clock does.
public final class RedisStore: Sendable {
    let client: RedisClient
    let keys: Keys
    private let now: @Sendable () -> Instant
    /// The bound of the latest ``removeExpired(before:)``, and the time of the call.
    private let forgotten = Mutex<(instant: Instant, time: Instant)>((.zero, .zero))

    /// The default prefix of the keys.
    public static let defaultPrefix = "static-auth-server:"

    private static let margin = Duration.seconds(3600)

    /// Connects to Redis and checks that it can be used.
    ///
    /// - Parameters:
    ///   - url: the address and the login.
    ///   - prefix: the prefix of the keys.
    ///   - timeout: the timeout of an operation.
    ///   - now: the clock of all lifetimes.
    /// - Throws: `StoreUnavailable` when Redis does not answer, which may pass; ``RedisRefusal`` when a setting has to
    ///   change first.
    public init(
        _ url: RedisURL, prefix: String = defaultPrefix, timeout: Duration = .seconds(2),
        now: @escaping @Sendable () -> Instant
    ) async throws {
        keys = Keys(prefix: prefix)
        self.now = now
        client = try await RedisClient(url, timeout: timeout)
    }

    /// Closes the connection; every later operation throws.
    public func close() async {
        await client.close()
    }

    /// See `GrantStore.removeExpired` and `SessionStore.removeExpired`: Redis deletes, and this hides what it will
    /// delete.
    public func removeExpired(before instant: Instant) {
        let time = now()
        forgotten.withLock { $0 = (instant, time) }
    }

    /// The instant before which expired records count as unknown; never later than a clock that has been set back
    /// since.
    ///
    /// A server whose clock differs from its store's says so with the next ``removeExpired(before:)``.
    var horizon: Instant {
        let now = now()
        return forgotten.withLock { now < $0.time ? min($0.instant, now) : $0.instant }
    }

    /// The time to live of a key, in milliseconds, for a record that expires at an instant.
    ///
    /// - Parameter issue: the time of issue, where it is known; a clock that was slow then does not shorten the life.
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
