internal import MCPCore
internal import OAuth
internal import OAuthServer
internal import Primitives
internal import StaticAuthServer
#if Redis
internal import StoreRedis
#endif
#if SQLite
internal import StoreSQLite
#endif

/// The choice of store.
enum StoreChoice {
    /// Memory of this process.
    case memory
    /// A file.
    case sqlite(path: String)
    /// A Redis server, whose URL may hold a password.
    case redis(url: Secret)
    /// The Redis server in the variable `REDIS_URL`.
    case redisVariable

    /// Reads `memory`, `sqlite:PATH`, a Redis URL or `redis`; errors never repeat the text, which may contain a
    /// password.
    init(_ text: String) throws(MalformedValue) {
        switch text {
        case "memory": self = .memory
        case "redis": self = .redisVariable
        case _ where text.hasPrefix("redis://") || text.hasPrefix("rediss://"): try self.init(redisURL: text)
        case _ where text.hasPrefix("sqlite:") && text != "sqlite:": self = .sqlite(path: String(text.dropFirst(7)))
        default:
            throw .init(reason: "It is not one of memory, sqlite:PATH, redis://[:PASSWORD@]HOST:PORT[/DB] and redis.")
        }
    }

    /// Reads a Redis URL.
    init(redisURL text: String) throws(MalformedValue) {
        #if Redis
        do throws(RedisURL.Malformed) {
            _ = try RedisURL(text)
        } catch {
            throw .init(reason: error.description)
        }
        #endif
        self = .redis(url: Secret(text))
    }

    /// A store that this program was built without.
    struct NotBuiltIn: Error, CustomStringConvertible {
        let trait: String
        let package: String
        /// The program of a release that has it.
        let program: String

        var description: String {
            """
            This server was built without \(trait). A release has it in \(program). To build it in, with \(package) \
            installed:

                swift build -c release --product static-auth-server --traits \(trait)

            scripts/run does both by itself.
            """
        }
    }

    /// Opens the store.
    ///
    /// - Throws: `StoreUnavailable` for a failure that may pass; other errors, described for the person who starts the
    ///   server, for one that lasts.
    func open() async throws -> OpenStore {
        switch self {
        case .memory:
            return OpenStore()
        case .sqlite(let path):
            #if SQLite
            let store = try SQLiteStore(path: path)
            return OpenStore(store: store, close: { await store.close() })
            #else
            throw NotBuiltIn(trait: "SQLite", package: "libsqlite3-dev", program: "static-auth-server-full")
            #endif
        case .redisVariable:
            preconditionFailure("the loader puts the URL in its place")
        case .redis(let url):
            #if Redis
            let store = try await RedisStore(RedisURL(url.reveal()), now: SystemClock.now)
            return OpenStore(store: store, close: { await store.close() })
            #else
            throw NotBuiltIn(trait: "Redis", package: "libhiredis-dev", program: "static-auth-server")
            #endif
        }
    }
}

/// An open store, and the function that closes it.
struct OpenStore: Sendable {
    /// Nil for the server's own memory.
    var store: (any Store)?
    var close: @Sendable () async -> Void = {}
}
