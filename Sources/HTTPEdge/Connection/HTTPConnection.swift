internal import NIOCore

/// The input and output of one connection: tells its ``ConnectionStateMachine`` what happens.
///
/// Everything runs on the connection's event loop.
final class HTTPConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let server: ServerContext
    let wire: LingeringClose
    private(set) var context: ChannelHandlerContext?
    private(set) var handle: ConnectionHandle?
    private(set) var requestConnection: RequestConnection?
    private(set) var peer = ""
    var machine: ConnectionStateMachine
    /// Whether an action is being carried out; it may lead to events, whose actions are carried out within it.
    private var isBusy = false
    /// Whether it is among those that wait for their turn.
    private var isInLine = false
    private(set) var deadline: Deadline?
    let pause = Pause()
    /// The task that writes the events of a stream.
    var stream: Task<Void, Never>?
    /// The writers of events that wait until there is room.
    var waitingWriters: [CheckedContinuation<Void, any Error>] = []

    init(server: ServerContext, wire: LingeringClose) {
        self.server = server
        self.wire = wire
        machine = ConnectionStateMachine(budget: server.input)
    }

    /// Carries out an action, and then takes the requests that it made room for.
    func perform(_ action: consuming ConnectionAction) {
        guard !isBusy else { return carryOut(action) }
        isBusy = true
        carryOut(action)
        isBusy = false
        takeRequests()
    }

    /// Takes the next request in the buffer; further ones when it is answered, and this connection's turn comes.
    ///
    /// - Parameter isTurn: whether it has come.
    private func takeRequests(isTurn: Bool = false) {
        guard !isBusy else { return }
        isBusy = true
        if let action = machine.next(isTurn: isTurn) { carryOut(action) }
        while let action = machine.next() { carryOut(action) }
        isBusy = false
        if machine.awaitsTurn, !isInLine {
            isInLine = true
            server.turns.add(self)
        }
        if machine.isReadHeld, let context { read(context: context) }
    }

    /// Takes a pipelined request; returns whether there is another one.
    func takeTurn() -> Bool {
        takeRequests(isTurn: true)
        // What is left of the input waits for the client, as after a read.
        set(machine.waitsForInput())
        isInLine = machine.awaitsTurn
        return isInLine
    }

    // MARK: - Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let handle = ConnectionHandle(NIOLoopBound(self, eventLoop: context.eventLoop))
        self.handle = handle
        let number = server.connections.nextNumber()
        requestConnection = handle.forRequests(number: number, waiting: server.waiting)
        peer = context.remoteAddress?.ipAddress ?? ""
        deadline = Deadline { [unowned self] in perform(machine.timedOut()) }
        set(machine.opened())
        let descriptor = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: CInt.self) { $0 }
        server.connections.add(self, number, descriptor, loop: context.eventLoop)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        (self.context, handle, requestConnection) = (nil, nil, nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        machine.closed()
        endWork()
        requestConnection?.end.note()
        requestConnection.map { server.connections.remove($0.number) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        abort()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        perform(machine.inputEnded())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        machine.received(unwrapInboundIn(data))
        takeRequests()
        if let refusal = machine.tookRequests({ context.channel.allocator }) { perform(refusal) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        set(machine.waitsForInput())
        context.fireChannelReadComplete()
    }

    /// Reads from the socket unless enough input is buffered.
    func read(context: ChannelHandlerContext) {
        if machine.mayRead() { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            resumeWriters(canWrite: true)
            perform(machine.becameWritable())
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: - Events of the server

    /// Closes now when idle, otherwise after the answer.
    func stop() {
        perform(machine.stop())
    }

    /// Closes without an answer, in any state.
    func abort() {
        perform(machine.abort())
    }

    // MARK: - Events of the tasks that answer

    /// Waits before the answer; not when the client has half-closed or the server stops.
    func pause(for duration: Duration, then continuation: CheckedContinuation<Void, any Error>) {
        guard machine.mayPause, let context else { return continuation.resume(throwing: CancellationError()) }
        pause.begin(duration, on: context.eventLoop, then: continuation)
    }

    /// Writes an event, and resumes the writer when there is room for the next one.
    func write(event: [UInt8], then continuation: CheckedContinuation<Void, any Error>) {
        guard let context, let bytes = machine.event(event) else {
            return continuation.resume(throwing: CancellationError())
        }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        if context.channel.isWritable { return continuation.resume() }
        // The write may have failed, and closed the connection.
        guard machine.isStreaming else { return continuation.resume(throwing: CancellationError()) }
        waitingWriters.append(continuation)
        set(machine.stalled())
    }
}
