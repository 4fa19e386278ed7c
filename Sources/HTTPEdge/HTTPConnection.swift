internal import NIOCore
internal import NIOHTTP1

/// One connection: collects a request, has it answered, writes the answer, and watches the clock meanwhile.
///
/// All of it happens on the connection's event loop. The pipelining handler before it hands over one request at a time.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Between two requests.
        case idle
        /// The head is here, the body is coming.
        case receiving(RequestHead)
        /// The handler works on the answer, or the other end has yet to read it.
        case answering(RequestHead)
        /// The answer's head is written and the task writes events.
        case streaming(Task<Void, Never>?)
        /// The last answer is written, or nothing can be written any more.
        case closing
    }

    private let server: ServerContext
    private let wire: LingeringClose
    private var context: ChannelHandlerContext?
    private var peer = ""
    private var state = State.idle
    /// What has come of the body; beside the state, so that appending to it never copies it.
    private var body: [UInt8] = []
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
        peer = context.remoteAddress?.ipAddress ?? ""
        deadline = Deadline { [unowned self] in losePatience() }
        wait(server.limits.headTimeout)
        server.connections.add(self, loop: context.eventLoop)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        server.connections.remove(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, let refusal = Refusal(error) else { return abort() }
        refuse(refusal)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        // A client may end its side first and still read the answer; one that ends its side of a stream has gone.
        if case .answering = state { closesAfterAnswer = true } else { abort() }
        pause.cancel()
    }

    /// Closes now when nothing is under way, else after the answer.
    func stop() {
        closesAfterAnswer = true
        if case .idle = state { abort() }
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
        case .idle where !wire.hasUnreadBytes, .answering, .streaming, .closing: abort()
        case .idle, .receiving: refuse(.late)
        }
    }

    // MARK: - The request

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle):
            do {
                let head = try RequestHead(head, limits: server.limits)
                state = .receiving(head)
                isTimingRequest = false
                if head.expectsContinue {
                    context.writeAndFlush(
                        wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
                }
            } catch {
                refuse(error)
            }
        case (.body(let bytes), .receiving):
            body.append(contentsOf: bytes.readableBytesView)
            if body.count > server.limits.bodyBytes { refuse(.bodyTooLarge(server.limits)) }
        case (.end, .receiving(let head)):
            wire.hasUnreadBytes = false
            isTimingRequest = false
            let body = body
            self.body = []
            answer(head, body: body)
        default:
            break  // What still comes after a refusal.
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // A whole request mostly comes in one read, and then no timer is touched.
        if !isTimingRequest {
            switch state {
            case .idle where wire.hasUnreadBytes: waitForRest(server.limits.headTimeout)
            case .receiving: waitForRest(server.limits.bodyTimeout)
            case .idle, .answering, .streaming, .closing: break
            }
        }
        context.fireChannelReadComplete()
    }

    private func answer(_ head: RequestHead, body: [UInt8]) {
        guard let context else { return }
        state = .answering(head)
        deadline?.clear()
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        let request = head.request(
            body: body,
            peer: server.trustedProxies.peer(connection: peer, forwardedFor: head.headers["x-forwarded-for"]),
            connection: RequestConnection(connection: connection))
        let (handler, executor) = (server.handler, server.executor)
        Task.immediate(executorPreference: executor) {
            let response = await handler.respond(to: request)
            connection.value.write(response, executor: executor)
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
            wire.close(after: refusal.bytes(date: server.date.value()))
        case .answering, .streaming: abort()  // A second answer would corrupt the one under way.
        case .closing: break
        }
    }

    // MARK: - The answer

    private func write(_ response: HTTPResponse, executor: EventLoopExecutor) {
        guard case .answering(let head) = state, let context else { return }
        if !head.isKeepAlive { closesAfterAnswer = true }
        switch response.body {
        case .bytes(let bytes):
            writeHead(response, length: bytes.count)
            if head.method != .head, !bytes.isEmpty { writeBody(bytes) }
            finish()
        case .events(let stream):
            writeHead(response, length: nil)
            context.flush()
            let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
            state = .streaming(nil)
            let task = Task.immediate(executorPreference: executor) {
                try? await stream.produce(EventWriter(connection: connection))
                connection.value.finishStream()
            }
            if case .streaming = state { state = .streaming(task) } else { task.cancel() }
        case .torn(let bytes, let length):
            writeHead(response, length: length)
            if head.method != .head { writeBody(bytes) }
            closesAfterAnswer = true
            finish()
        case .silence:
            abort()
        }
    }

    private func writeHead(_ response: HTTPResponse, length: Int?) {
        guard let context else { return }
        var headers = response.fields.headers
        headers.add(name: "Date", value: server.date.value())
        if let length, response.status != .noContent { headers.add(name: "Content-Length", value: String(length)) }
        if closesAfterAnswer { headers.add(name: "Connection", value: "close") }
        let status = HTTPResponseStatus(statusCode: response.status.code)
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
    }

    private func writeBody(_ bytes: [UInt8]) {
        guard let context else { return }
        let buffer = context.channel.allocator.buffer(bytes: bytes)
        context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    }

    /// Ends the answer; the next request is read only when the other end has taken this one, which bounds what waits.
    private func finish() {
        guard let context else { return }
        context.flush()
        guard context.channel.isWritable else {
            wait(server.limits.unreadTimeout)
            return whenWritable.append { [unowned self] canWrite in if canWrite { finish() } }
        }
        let end = wrapOutboundOut(.end(nil))
        if closesAfterAnswer {
            state = .closing
            wait(server.limits.unreadTimeout)
            context.writeAndFlush(end).assumeIsolated().whenComplete { [self] _ in self.context?.close(promise: nil) }
        } else {
            // The state first: the pipelining handler delivers the next request from within this write.
            state = .idle
            wait(server.limits.idleTimeout)
            context.writeAndFlush(end, promise: nil)
        }
    }

    // MARK: - Event streams

    /// Writes an event, and resumes the writer when there is room for the next one.
    func write(event: [UInt8], then continuation: CheckedContinuation<Void, any Error>) {
        guard case .streaming = state, let context else { return continuation.resume(throwing: CancellationError()) }
        writeBody(event)
        context.flush()
        if context.channel.isWritable { return continuation.resume() }
        wait(server.limits.unreadTimeout)
        whenWritable.append { canWrite in
            canWrite ? continuation.resume() : continuation.resume(throwing: CancellationError())
        }
    }

    private func finishStream() {
        guard case .streaming = state else { return }
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
