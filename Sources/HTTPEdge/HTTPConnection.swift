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
    private static let mostAhead = 64 << 10

    private let server: ServerContext
    private let wire: LingeringClose
    private var context: ChannelHandlerContext?
    /// The way back here for whoever answers.
    private var handle: RequestConnection?
    private var peer = ""
    private var state = ConnectionState.idle
    /// What came; beside the state, so that appending to a body never copies it.
    private var (reader, writer) = (RequestReader(), ResponseWriter())
    private var (isTaking, holdsRead, inputIsClosed) = (false, false, false)
    private var closesAfterAnswer = false
    /// Whether the clock runs for the part of a request that has begun to come.
    private var isTimingRequest = false
    private var whenWritable: [(Bool) -> Void] = []
    private var deadline: Deadline?
    private let pause = Pause()

    init(server: ServerContext, wire: LingeringClose) {
        self.server = server
        self.wire = wire
    }

    // MARK: - The connection's life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        handle = RequestConnection(NIOLoopBound(self, eventLoop: context.eventLoop))
        peer = context.remoteAddress?.ipAddress ?? ""
        deadline = Deadline { [unowned self] in losePatience() }
        wait(server.limits.headTimeout)
        server.connections.add(self, loop: context.eventLoop)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        (self.context, handle) = (nil, nil)
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
        case .answering: closesAfterAnswer = closesAfterAnswer || reader.unread == 0
        case .idle, .receiving: leave()
        case .streaming: abort()
        case .closing: break
        }
        pause.cancel()
    }

    /// Closes now when nothing is under way, else after the answer.
    func stop() {
        closesAfterAnswer = true
        if case .idle = state { leave() }
        pause.cancel()
    }

    /// Closes without an answer, whatever is under way.
    func abort() {
        end()
        wire.abort()
    }

    private func end() {
        if case .streaming(let task) = state { task?.cancel() }
        state = .closing
        resumeWriters(canWrite: false)
        pause.cancel()
    }

    // MARK: - Patience

    private func wait(_ timeout: Duration) {
        guard let context else { return }
        deadline?.set(timeout, on: context.eventLoop)
    }

    private func waitForRest(_ timeout: Duration) {
        isTimingRequest = true
        wait(timeout)
    }

    private func losePatience() {
        switch state {
        case .idle where reader.unread == 0, .answering, .streaming, .closing: abort()
        case .idle: refuse(.late("the whole head within \(server.limits.headTimeout)", "a part of it"))
        case .receiving: refuse(.late("the whole body within \(server.limits.bodyTimeout)", "a part of it"))
        }
    }

    // MARK: - The request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        reader.append(unwrapInboundIn(data))
        takeRequests()
        reader.settle { context.channel.allocator }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // A whole request mostly comes in one read, and then no timer is touched.
        if !isTimingRequest {
            switch state {
            case .idle where reader.unread > 0: waitForRest(server.limits.headTimeout)
            case .receiving: waitForRest(server.limits.bodyTimeout)
            case .idle, .answering, .streaming, .closing: break
            }
        }
        context.fireChannelReadComplete()
    }

    /// Reads on unless enough waits already.
    func read(context: ChannelHandlerContext) {
        holdsRead = !state.takesRequests && reader.unread >= Self.mostAhead
        if !holdsRead { context.read() }
    }

    /// Takes as many requests as there are; a second one only when the first is answered.
    private func takeRequests() {
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
        guard let part = try reader.next(server.limits) else {
            if inputIsClosed { leave() }
            return false
        }
        isTimingRequest = false
        switch part {
        case .head(let head):
            state = .receiving
            // RFC 9110 §10.1.1: a client that has sent its body already needs no invitation.
            if head.expectsContinue, reader.unread == 0, head.framing != .length(0) {
                context?.writeAndFlush(wrapOutboundOut(ResponseWriter.goOn), promise: nil)
            }
        case .whole(let head, let body): answer(head, body: body)
        }
        return true
    }

    private func answer(_ head: RequestHead, body: [UInt8]) {
        guard let handle else { return }
        state = .answering(head)
        deadline?.clear()
        let request = HTTPRequest(
            head, body: body,
            peer: server.trustedProxies.peer(connection: peer, forwardedFor: head.fields["x-forwarded-for"]),
            connection: handle)
        Task.immediate(executorPreference: server.executor) { [server] in
            handle.connection.value.write(await server.handler.respond(to: request))
        }
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
        case .idle, .receiving:
            state = .closing
            wait(server.limits.unreadTimeout)
            wire.close(after: server.answer(to: refusal, peer: peer))
        case .answering, .streaming: abort()  // A second answer would corrupt the one under way.
        case .closing: break
        }
    }

    // MARK: - The answer

    private func write(_ response: HTTPResponse) {
        guard case .answering(let head) = state, let context else { return }
        closesAfterAnswer = closesAfterAnswer || !head.isKeepAlive || response.body.isTorn
        guard
            let bytes = writer.start(
                response, isOld: head.isOld, hasBody: head.method != .head, date: server.date.value(),
                closes: closesAfterAnswer)
        else { return leave() }
        if server.connections.count > 1, bytes.readableBytes <= FlushBatch.largest {
            context.write(wrapOutboundOut(bytes), promise: nil)
            server.flushes.add(self)
        } else {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
        guard case .events(let stream) = response.body, head.method != .head, let handle else { return finish() }
        state = .streaming(nil)
        let task = Task.immediate(executorPreference: server.executor) {
            try? await stream.produce(EventWriter(connection: handle.connection))
            handle.connection.value.finishStream()
        }
        if case .streaming = state { state = .streaming(task) } else { task.cancel() }
    }

    /// Sends what was written.
    func flush() {
        context?.flush()
    }

    /// Ends the answer; the next request is taken only when the other end has taken this one, which bounds what waits.
    private func finish() {
        guard let context else { return }
        guard context.channel.isWritable else {
            wait(server.limits.unreadTimeout)
            return whenWritable.append { [unowned self] canWrite in if canWrite { finish() } }
        }
        if closesAfterAnswer {
            closeWhenSent { [self] in self.context?.close(promise: nil) }
        } else {
            state = .idle
            wait(server.limits.idleTimeout)
            takeRequests()
        }
    }

    /// Closes without another answer, once those that were written are sent.
    private func leave() {
        closeWhenSent { [self] in abort() }
    }

    private func closeWhenSent(_ close: @escaping () -> Void) {
        state = .closing
        wait(server.limits.unreadTimeout)
        // The promise of nothing is kept when everything before it was sent.
        context?.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in close() }
    }

    // MARK: - Event streams

    /// Writes an event, and resumes the writer when there is room for the next one.
    func write(event: [UInt8], then continuation: CheckedContinuation<Void, any Error>) {
        guard case .streaming = state, let context else { return continuation.resume(throwing: CancellationError()) }
        context.writeAndFlush(wrapOutboundOut(writer.part(event)), promise: nil)
        if context.channel.isWritable { return continuation.resume() }
        wait(server.limits.unreadTimeout)
        whenWritable.append { canWrite in
            canWrite ? continuation.resume() : continuation.resume(throwing: CancellationError())
        }
    }

    private func finishStream() {
        guard case .streaming = state, let context else { return }
        context.writeAndFlush(wrapOutboundOut(writer.end), promise: nil)
        finish()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            deadline?.clear()
            resumeWriters(canWrite: true)
        }
        context.fireChannelWritabilityChanged()
    }

    private func resumeWriters(canWrite: Bool) {
        let writers = whenWritable
        whenWritable = []
        for resume in writers { resume(canWrite) }
    }
}
