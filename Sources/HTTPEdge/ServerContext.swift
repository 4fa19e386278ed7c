internal import NIOCore

/// What all connections of a server share.
final class ServerContext: Sendable {
    let handler: any RequestHandler
    let limits: Limits
    let trustedProxies: TrustedProxies
    let executor: EventLoopExecutor
    let connections: ConnectionTable
    let date = DateField()

    init(
        handler: any RequestHandler, limits: Limits, trustedProxies: TrustedProxies, eventLoop: any EventLoop,
        connections: ConnectionTable
    ) {
        self.handler = handler
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.executor = EventLoopExecutor(eventLoop)
        self.connections = connections
    }
}
