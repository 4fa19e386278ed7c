internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A listening HTTP/1.1 server on one event loop.
///
/// Binding and serving are two steps, because a handler may need the port. Until ``serve(_:)`` connections wait in the
/// system's queue.
public final class HTTPServer: Sendable {
    /// The reason why a server could not listen.
    public enum BindError: Error, Equatable {
        /// Another process has the port.
        case portInUse(Int)
        /// The system refused for another reason; the text is the system's.
        case failed(address: String, port: Int, reason: String)
        /// The process may open too few files: its limit, the number of open ones, and the limit that it needs.
        case tooFewDescriptors(limit: Int, open: Int, needed: Int)
    }

    /// The port, the same for every address.
    public let port: Int
    /// The addresses, such as `127.0.0.1` and `::1`.
    public let addresses: [String]

    /// The work beside the requests.
    public let background: Background

    private let group: MultiThreadedEventLoopGroup
    private let listeners: [any Channel]
    private let limits: Limits
    private let trustedProxies: TrustedProxies
    private let connections = ConnectionTable()
    private let context: ContextBox
    private let stopping = Mutex<Task<Void, Never>?>(nil)

    /// The state that connections share, from ``serve(_:)`` on.
    private final class ContextBox: Sendable {
        let value = Mutex<ServerContext?>(nil)
    }

    /// Listens on addresses; of those after the first, one that the machine does not have is left out.
    ///
    /// - Parameters:
    ///   - addresses: IP addresses, such as `127.0.0.1` and `::1`.
    ///   - port: the TCP port; 0 for any free one, the same for all addresses.
    ///   - limits: the limits for peers.
    ///   - trustedProxies: the proxies whose `X-Forwarded-For` is believed.
    /// - Throws: ``BindError``.
    public init(
        addresses: [String], port: Int, limits: Limits = Limits(), trustedProxies: TrustedProxies = .none
    ) async throws(BindError) {
        var limits = limits
        do {
            limits.sockets = min(limits.sockets, try Descriptors.sockets())
        } catch {
            throw .tooFewDescriptors(limit: error.limit, open: error.open, needed: error.needed)
        }
        // Connections beyond this get 503, and need a socket while they close.
        limits.connections = min(limits.connections, limits.sockets - limits.sockets / 4)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let context = ContextBox()
        let sockets = SocketCount(maximum: limits.sockets, eventLoop: group.next())
        let listener = Listener(group: group, sockets: sockets) { channel in
            guard let context = context.value.withLock({ $0 }) else { return channel.close() }
            return Self.configure(channel, context: context)
        }
        do {
            listeners = try await listener.bind(addresses, port: port)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        self.port = listeners.first?.localAddress?.port ?? port
        self.addresses = listeners.compactMap { $0.localAddress?.ipAddress }
        self.group = group
        background = Background(group.next())
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.context = context
    }

    /// Starts to accept connections; call it once.
    public func serve(_ handler: any RequestHandler) async {
        let waiting = await WaitingConnections(listeners, connections)
        context.value.withLock {
            $0 = ServerContext(
                handler: handler, limits: limits, trustedProxies: trustedProxies, eventLoop: group.next(),
                connections: connections, waiting: waiting)
        }
        for listener in listeners { try? await listener.setOption(.autoRead, value: true).get() }
    }

    /// The number of open connections.
    public var openConnections: Int { connections.count }

    /// The bytes of unanswered requests that count in the budget of all connections (``Limits/heldBytes``).
    package var heldBytes: Int { context.value.withLock { $0?.input.held ?? 0 } }

    /// Runs work on the event loop periodically, first after one interval, until the server stops.
    ///
    /// The next run begins an interval after the end of the previous one.
    public func every(_ interval: Duration, _ work: @escaping @Sendable () async -> Void) {
        let loop = group.next()
        let executor = background.executor
        loop.scheduleRepeatedAsyncTask(initialDelay: TimeAmount(interval), delay: TimeAmount(interval)) { _ in
            let done = loop.makePromise(of: Void.self)
            Task(executorPreference: executor) {
                await work()
                done.succeed()
            }
            return done.futureResult
        }
    }

    /// Stops accepting connections, lets answers finish for ``Limits/stopGrace``, and closes everything.
    ///
    /// A second call waits for the same end.
    public func stop() async {
        let stopping = stopping.withLock { stopping in
            let task = stopping ?? Task { await close() }
            stopping = task
            return task
        }
        await stopping.value
    }

    private func close() async {
        for listener in listeners { try? await listener.close() }
        try? await connections.drain(grace: limits.stopGrace, on: group.next()).get()
        await background.stop()
        try? await group.shutdownGracefully()
    }

    private static func configure(_ channel: any Channel, context: ServerContext) -> EventLoopFuture<Void> {
        let limits = context.limits
        return channel.eventLoop.makeCompletedFuture {
            let wire = LingeringClose(timeout: TimeAmount(limits.lingerTimeout))
            guard context.connections.count < limits.connections else {
                return try channel.pipeline.syncOperations.addHandlers(
                    wire, RefusedConnection(server: context, wire: wire))
            }
            try channel.pipeline.syncOperations.addHandlers(wire, HTTPConnection(server: context, wire: wire))
        }
    }
}
