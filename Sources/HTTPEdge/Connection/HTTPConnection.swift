internal import NIOCore

/// One connection: collects a request, has it answered, writes the answer, and watches the clock meanwhile.
///
/// All of it happens on the connection's event loop. Requests that came at once are answered one at a time, in their
/// order.
final class HTTPConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How much may wait behind the request that is being answered before nothing more is read, in bytes.
    private static let maximumAhead = 64 << 10

    let server: ServerContext
    private let wire: LingeringClose
    private(set) var context: ChannelHandlerContext?
    private(set) var handle: ConnectionHandle?
    private var requestConnection: RequestConnection?
    private var peer = ""
    var state = ConnectionState.idle
    /// What came; beside the state, so that appending to a body never copies it.
    private var reader = RequestReader()
    var writer = ResponseWriter()
    private var (isTaking, holdsRead, inputIsClosed) = (false, false, false)
    var closesAfterAnswer = false
    /// Whether the clock runs for the part of a request that has begun to come.
    private var isTimingRequest = false
    /// The largest body that the handler takes from the request that is coming; nil before it was asked.
    private var maximumBody: Int?
    /// The bytes of the body that is being answered, and what of all that is held here counts in the budget.
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
        // A client may end its side first and still read the answers; one that ends its side of a stream has gone.
        switch state {
        case .answering, .judging(isWhole: true): closesAfterAnswer = closesAfterAnswer || reader.unread == 0
        case .idle, .receiving, .judging(isWhole: false): closeAfterWrites()
        case .streaming: abort()
        case .closing: break
        }
        pause.cancel()
    }

    /// Closes now when nothing is under way, else after the answer.
    func stop() {
        closesAfterAnswer = true
        if case .idle = state { closeAfterWrites() }
        pause.cancel()
    }

    /// Closes without an answer, whatever is under way.
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

    /// Takes nothing any more, and lets go of what has come.
    func letGo() {
        state = .closing
        reader = RequestReader()
        bodyInHand = 0
        settleCharge()
    }

    /// Counts what is held here; false when the budget of all connections has no room for it.
    @discardableResult
    func settleCharge() -> Bool {
        let new = max(0, reader.held + bodyInHand - server.limits.smallBodyBytes)
        guard new != charge else { return true }
        guard server.input.change(from: charge, to: new) else { return false }
        charge = new
        return true
    }

    // MARK: - Patience

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
        // A whole request mostly comes in one read, and then no timer is touched.
        if !isTimingRequest {
            switch state {
            case .idle where reader.unread > 0: waitForRest(server.limits.headTimeout)
            case .receiving: waitForRest(maximumBody == nil ? server.limits.verdictDelay : server.limits.bodyTimeout)
            case .idle, .judging, .answering, .streaming, .closing: break
            }
        }
        context.fireChannelReadComplete()
    }

    /// Reads on unless enough waits already.
    func read(context: ChannelHandlerContext) {
        holdsRead = !state.takesRequests && reader.unread >= Self.maximumAhead
        if !holdsRead { context.read() }
    }

    /// Takes as many requests as there are; a second one only when the first is answered.
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

    /// Takes a head or a body; false when it has yet to come, or when something else has to happen first.
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

    /// Asks the handler about the head of the request that is coming; nothing more of its body is taken meanwhile.
    private func judge() {
        if let head = reader.started { judge(head, nil) }
    }

    /// - Parameter body: the whole body, where it came faster than it could be asked about.
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
                // RFC 9110 §10.1.1: a client that has sent its body already needs no invitation.
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

    /// Waits before the answer; a client that has ended its side, and a server that stops, want none.
    func pause(for duration: Duration, then continuation: CheckedContinuation<Void, any Error>) {
        guard case .answering = state, !closesAfterAnswer, let context else {
            return continuation.resume(throwing: CancellationError())
        }
        pause.begin(duration, on: context.eventLoop, then: continuation)
    }

    /// Answers what never becomes a request, and closes.
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
