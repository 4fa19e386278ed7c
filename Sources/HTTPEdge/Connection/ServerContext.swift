internal import NIOCore

/// The state that all connections of a server share.
final class ServerContext: Sendable {
    let handler: any RequestHandler
    let limits: Limits
    let trustedProxies: TrustedProxies
    let executor: EventLoopExecutor
    let connections: ConnectionTable
    let waiting: WaitingConnections
    let date = DateField()
    let flushes: FlushBatch
    let turns: Turns
    let input: InputBudget

    init(
        handler: any RequestHandler, limits: Limits, trustedProxies: TrustedProxies, eventLoop: any EventLoop,
        connections: ConnectionTable, waiting: WaitingConnections
    ) {
        self.handler = handler
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.executor = EventLoopExecutor(eventLoop)
        (self.connections, self.waiting) = (connections, waiting)
        flushes = FlushBatch(eventLoop)
        turns = Turns(eventLoop)
        input = InputBudget(limits: limits)
    }

    /// The whole answer to input that is not a request.
    ///
    /// - Parameter hasBody: whether a body may follow: not for `HEAD`.
    func answer(to refusal: Refusal, peer: String, hasBody: Bool = true) -> ByteBuffer {
        var response = handler.respond(to: refusal, peer: peer)
        if refusal.status == .serviceUnavailable { response.fields.append("Retry-After", "1") }
        var writer = ResponseWriter()
        return writer.start(response, isHTTP10: false, hasBody: hasBody, date: date.value(), closes: true)
            ?? ByteBuffer()
    }
}
