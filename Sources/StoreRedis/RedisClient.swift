#if Redis
internal import NIOCore
internal import NIOPosix
internal import OAuthServer
internal import Synchronization

/// This process's one connection to Redis, for all that goes on at the same time.
///
/// Commands are sent as they come, without waiting for replies, and several in one packet when they come together. A
/// connection that is lost is made again. What Redis does not answer in time is thrown as `StoreUnavailable`.
final class RedisClient: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let traffic: NIOLoopBound<RedisPipeline>
    private let name: String
    /// Held while a command is handed over, so that none comes to an event loop that has ended.
    private let isOpen = Mutex(true)

    /// Connects.
    ///
    /// - Parameter patience: how long a command may take, the wait for a connection included.
    /// - Throws: `StoreUnavailable` when Redis does not answer; ``RedisRefusal`` when it never will.
    init(_ url: RedisURL, patience: Duration) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        name = "Redis at \(url)"
        let loop = group.next()
        do {
            let (traffic, connected) = try await loop.submit {
                let traffic = RedisPipeline(url, patience: TimeAmount(patience), loop: loop)
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
    /// - Throws: `StoreUnavailable` when no reply comes, or the reply is an error.
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

    /// Closes the connection; commands without a reply fail, and so does every one that comes later.
    func close() async {
        guard isOpen.withLock({ isOpen in exchange(&isOpen, with: false) }) else { return }
        try? await traffic.eventLoop.submit { [traffic] in traffic.value.close() }.get()
        try? await group.shutdownGracefully()
    }
}

/// What Redis refuses until somebody changes a setting, here or there.
public struct RedisRefusal: Error, CustomStringConvertible {
    /// What it refuses and what to do.
    public let description: String
}

extension Outage: Error {}
#endif
