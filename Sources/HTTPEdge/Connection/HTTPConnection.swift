internal import NIOCore

/// One connection: reads requests, passes them to the handler, writes the answers, and enforces timeouts.
///
/// Everything runs on the connection's event loop. Pipelined requests are answered one at a time, in order.
final class HTTPConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The maximum size in bytes of pipelined input while a request is answered; beyond it the socket is not read.
    private static let maximumAhead = 64 << 10

    let server: ServerContext
    private let wire: LingeringClose
    private(set) var context: ChannelHandlerContext?
    private(set) var handle: ConnectionHandle?
    private var requestConnection: RequestConnection?
    private var peer = ""
    var state = ConnectionState.idle
    /// The input; separate from the state, so that appending to a body never copies it.
    private var reader = RequestReader()
    var writer = ResponseWriter()
    private var (isTaking, holdsRead, inputIsClosed) = (false, false, false)
    var closesAfterAnswer = false
    /// Whether the timeout of a request that has begun to arrive is running.
    private var isTimingRequest = false
    /// The maximum size of the body, as the handler decided from the head; nil before its decision.
    private var maximumBody: Int?
    /// The size of the body in the handler's hands, and the bytes of this connection that count in the budget.
    var (bodyInHand, charge) = (0, 0)
    var whenWritable: [(Bool) -> Void] = []
    private(set) var deadline: Deadline?
    private let pause = Pause()

    init(server: ServerContext, wire: LingeringClose) {
        self.server = server
        self.wire = wire
    }

    // MARK: - The connection's life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let handle = ConnectionHandle(NIOLoopBound(self, eventLoop: context.eventLoop))
        (self.handle, requestConnection) = (handle, handle.forRequests)
        peer = context.remoteAddress?.ipAddress ?? ""
        deadline = Deadline { [unowned self] in timedOut() }
        wait(server.limits.headTimeout)
        server.connections.add(self, loop: context.eventLoop)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        (self.context, handle, requestConnection) = (nil, nil, nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        server.connections.remove(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        abort()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        inputIsClosed = true
        // A client may half-close and still read answers; a client that half-closes during a stream has disconnected.
        switch state {
        case .answering, .judging(isWhole: true): closesAfterAnswer = closesAfterAnswer || reader.unread == 0
        case .idle, .receiving, .judging(isWhole: false): closeAfterWrites()
        case .streaming: abort()
        case .closing: break
        }
        pause.cancel()
    }

    /// Closes now when idle, otherwise after the answer.
    func stop() {
        closesAfterAnswer = true
        if case .idle = state { closeAfterWrites() }
        pause.cancel()
    }

    /// Closes without an answer, in any state.
    func abort() {
        end()
        wire.abort()
    }

    private func end() {
        if case .streaming(let task) = state { task?.cancel() }
        letGo()
        resumeWriters(canWrite: false)
        pause.cancel()
    }

    /// Stops reading, and releases the input.
    func letGo() {
        state = .closing
        reader = RequestReader()
        bodyInHand = 0
        settleCharge()
    }

    /// Counts the buffered bytes; false when the budget of all connections has no room for them.
    @discardableResult
    func settleCharge() -> Bool {
        let new = max(0, reader.held + bodyInHand - server.limits.smallBodyBytes)
        guard new != charge else { return true }
        guard server.input.change(from: charge, to: new) else { return false }
        charge = new
        return true
    }

    // MARK: - Timeouts

    func wait(_ timeout: Duration) {
        guard let context else { return }
        deadline?.set(timeout, on: context.eventLoop)
    }

    private func waitForRest(_ timeout: Duration) {
        isTimingRequest = true
        wait(timeout)
    }

    private func timedOut() {
        switch state {
        case .idle where reader.unread == 0, .judging, .answering, .streaming, .closing: abort()
        case .idle: refuse(.late("the whole head within \(server.limits.headTimeout)", "a part of it"))
        case .receiving where maximumBody == nil: judge()
        case .receiving: refuse(.late("the whole body within \(server.limits.bodyTimeout)", "a part of it"))
        }
    }

    // MARK: - The request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .closing = state { return }
        reader.append(unwrapInboundIn(data))
        takeRequests()
        reader.releaseBuffer { context.channel.allocator }
        if !settleCharge() { refuse(.busy) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // A whole request usually arrives in one read, and then no timer is touched.
        if !isTimingRequest {
            switch state {
            case .idle where reader.unread > 0: waitForRest(server.limits.headTimeout)
            case .receiving: waitForRest(maximumBody == nil ? server.limits.verdictDelay : server.limits.bodyTimeout)
            case .idle, .judging, .answering, .streaming, .closing: break
            }
        }
        context.fireChannelReadComplete()
    }

    /// Reads from the socket unless enough input is buffered.
    func read(context: ChannelHandlerContext) {
        holdsRead = !state.takesRequests && reader.unread >= Self.maximumAhead
        if !holdsRead { context.read() }
    }

    /// Takes all requests in the buffer; each one only when the previous one is answered.
    func takeRequests() {
        guard !isTaking else { return }
        isTaking = true
        defer { isTaking = false }
        do {
            while try takePart() {}
        } catch {
            refuse(error)
        }
        if holdsRead, let context { read(context: context) }
    }

    /// Takes a head or a body; false when it is incomplete, or something else has to happen first.
    private func takePart() throws(Refusal) -> Bool {
        guard state.takesRequests else { return false }
        guard let part = try reader.next(server.limits, maximum: maximumBody) else {
            guard !inputIsClosed else {
                closeAfterWrites()
                return false
            }
            guard case .receiving = state, maximumBody == nil, reader.bodyCount > server.limits.smallBodyBytes else {
                return false
            }
            judge()
            return true
        }
        isTimingRequest = false
        switch part {
        case .head(let head):
            state = .receiving
            maximumBody = nil
            if head.isJudgedFirst(server.limits) { judge() }
        case .whole(let head, let body) where maximumBody == nil && body.count > server.limits.smallBodyBytes:
            judge(head, body)
        case .whole(let head, let body): answer(head, body: body)
        }
        return true
    }

    // MARK: - The verdict on the head

    /// Asks the handler about the head of the current request; none of its body is read meanwhile.
    private func judge() {
        if let head = reader.started { judge(head, nil) }
    }

    /// - Parameter body: the whole body, where it arrived before the handler was asked.
    private func judge(_ head: RequestHead, _ body: [UInt8]?) {
        guard let handle else { return }
        state = .judging(isWhole: body != nil)
        bodyInHand = body?.count ?? 0
        deadline?.clear()
        let request = request(head, body: [])
        Task.immediate(executorPreference: server.executor) { [server] in
            handle.connection.value.take(await server.handler.verdict(on: request), head, body)
        }
    }

    private func take(_ verdict: HeadVerdict, _ head: RequestHead, _ body: [UInt8]?) {
        guard case .judging = state else { return }
        switch verdict {
        case .answer(let response):
            letGo()
            (state, closesAfterAnswer) = (.answering(head), true)
            write(response)
        case .takeBody(let maximum):
            state = .receiving
            maximumBody = maximum
            if head.framing.isLonger(than: maximum) || (body?.count ?? 0) > maximum {
                refuse(.bodyTooLarge(maximum, "a larger one"))
            } else if let body {
                answer(head, body: body)
            } else {
                // RFC 9110 §10.1.1: a client that has sent its body already needs no 100 Continue.
                if head.expectsContinue, reader.unread == 0, reader.bodyCount == 0 {
                    context?.writeAndFlush(wrapOutboundOut(ResponseWriter.continueResponse), promise: nil)
                }
                waitForRest(server.limits.bodyTimeout)
                takeRequests()
            }
        }
    }

    // MARK: - The whole request

    private func answer(_ head: RequestHead, body: [UInt8]) {
        guard let handle else { return }
        state = .answering(head)
        bodyInHand = body.count
        deadline?.clear()
        let request = request(head, body: body)
        Task.immediate(executorPreference: server.executor) { [server] in
            handle.connection.value.write(await server.handler.respond(to: request))
        }
    }

    private func request(_ head: RequestHead, body: [UInt8]) -> HTTPRequest {
        HTTPRequest(
            head, body: body,
            peer: server.trustedProxies.peer(connection: peer, forwardedFor: head.fields["x-forwarded-for"]),
            connection: requestConnection)
    }

    /// Waits before the answer; not when the client has half-closed or the server stops.
    func pause(for duration: Duration, then continuation: CheckedContinuation<Void, any Error>) {
        guard case .answering = state, !closesAfterAnswer, let context else {
            return continuation.resume(throwing: CancellationError())
        }
        pause.begin(duration, on: context.eventLoop, then: continuation)
    }

    /// Answers input that is not a request, and closes.
    private func refuse(_ refusal: Refusal) {
        switch state {
        case .idle, .receiving, .judging:
            let answer = server.answer(to: refusal, peer: peer, hasBody: !reader.isForHeadAlone)
            letGo()
            wait(server.limits.unreadTimeout)
            wire.close(after: answer)
        case .answering, .streaming: abort()  // A second answer would corrupt the one under way.
        case .closing: break
        }
    }
}
