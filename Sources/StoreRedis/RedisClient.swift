#if Redis
internal import NIOCore
internal import NIOPosix
internal import OAuthServer
internal import Synchronization

/// The one connection of this process to Redis, shared by all operations.
///
/// Commands are pipelined, and several commands of the same event loop tick share a packet. A lost connection is made
/// again. A command without a reply in time throws `StoreUnavailable`.
final class RedisClient: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let traffic: NIOLoopBound<RedisPipeline>
    private let name: String
    /// Locked while a command is handed over, so that none reaches an event loop that has stopped.
    private let isOpen = Mutex(true)

    /// Connects.
    ///
    /// - Parameter timeout: the timeout of a command, including the wait for a connection.
    /// - Throws: `StoreUnavailable` when Redis does not answer; ``RedisRefusal`` when a setting has to change first.
    init(_ url: RedisURL, timeout: Duration) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        name = "Redis at \(url)"
        let loop = group.next()
        do {
            let (traffic, connected) = try await loop.submit {
                let traffic = RedisPipeline(url, timeout: TimeAmount(timeout), loop: loop)
                return (NIOLoopBound(traffic, eventLoop: loop), traffic.start())
            }.get()
            self.traffic = traffic
            try await connected.get()
        } catch {
            try? await group.shutdownGracefully()
            guard let outage = error as? Outage else { throw error }
            let message = "\(name) cannot be used: \(outage.reason)."
            throw outage.isPermanent ? RedisRefusal(description: message) : StoreUnavailable(reason: message)
        }
    }

    /// Sends a command and returns the reply.
    ///
    /// - Throws: `StoreUnavailable` when no reply arrives in time, or the reply is an error.
    func send(_ command: Command) async throws -> RESPValue {
        let reply: RESPValue
        do {
            reply = try await withCheckedThrowingContinuation { reply in
                isOpen.withLock { isOpen in
                    guard isOpen else { return reply.resume(throwing: Outage.stopping) }
                    traffic.eventLoop.execute { [traffic] in traffic.value.take(command, reply) }
                }
            }
        } catch let outage as Outage {
            throw StoreUnavailable(reason: "\(name): \(outage.reason).")
        }
        guard case .error(let text) = reply else { return reply }
        throw StoreUnavailable(reason: "\(name) says '\(text)'.")
    }

    /// Closes the connection; commands without a reply fail, and so does every later one.
    func close() async {
        guard isOpen.withLock({ isOpen in exchange(&isOpen, with: false) }) else { return }
        try? await traffic.eventLoop.submit { [traffic] in traffic.value.close() }.get()
        try? await group.shutdownGracefully()
    }
}

/// A refusal of Redis that lasts until a setting changes, of this server or of Redis.
public struct RedisRefusal: Error, CustomStringConvertible {
    /// The refusal, and what to change.
    public let description: String
}

extension Outage: Error {}
#endif
