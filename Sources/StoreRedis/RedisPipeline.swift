#if Redis
internal import NIOCore
internal import NIOPosix

/// The pending commands and their connection, which is made again whenever it is lost.
///
/// Everything runs on one event loop. A command whose connection is lost before its reply is sent again on the next
/// one, until its deadline; every command is safe to repeat (see ``Command``). While attempts to connect fail, commands
/// fail at once instead of waiting.
final class RedisPipeline {
    private enum State {
        /// An attempt to connect is under way or scheduled.
        case connecting
        /// The connection is open, its handshake is not complete.
        case handshake(any Channel, Handshake)
        /// Commands can be sent.
        case ready(any Channel, [Script: String])
        /// The client is closed, or its first attempt failed.
        case closed
    }

    /// The maximum number of pending commands, more than the edge accepts connections.
    static let maximumCommands = 8192

    private let url: RedisURL
    private let timeout: TimeAmount
    private let loop: any EventLoop
    private let started: EventLoopPromise<Void>
    private var state = State.connecting
    /// The number of the current attempt; events of earlier ones are ignored.
    private var attempt = 0
    /// The number of failed attempts since the last successful one, and the latest cause.
    private var failures = 0
    private var outage: Outage?
    private var hasStarted = false
    private var queue = CommandQueue()
    private var isFlushScheduled = false
    private var isAlarmSet = false

    init(_ url: RedisURL, timeout: TimeAmount, loop: any EventLoop) {
        self.url = url
        self.timeout = timeout
        self.loop = loop
        started = loop.makePromise()
    }

    /// Makes the first connection; the future fails with an ``Outage`` when it cannot, and the client is closed then.
    func start() -> EventLoopFuture<Void> {
        connect()
        return started.futureResult
    }

    func close() {
        if case .handshake(let channel, _) = state { channel.close(promise: nil) }
        if case .ready(let channel, _) = state { channel.close(promise: nil) }
        state = .closed
        attempt += 1
        fail(queue.popAll(), .stopping)
    }

    // MARK: - Commands

    func take(_ command: Command, _ reply: CheckedContinuation<RESPValue, any Error>) {
        if let outage { return reply.resume(throwing: outage) }
        guard queue.count < Self.maximumCommands else {
            return reply.resume(throwing: Outage(reason: "too many commands wait for it"))
        }
        queue.append(PendingCommand(command: command, deadline: loop.now + timeout, reply: reply))
        scheduleFlush()
        setAlarm()
    }

    /// Sends the pending commands at the end of this event loop tick, so that they share packets.
    private func scheduleFlush() {
        guard !isFlushScheduled, case .ready = state else { return }
        isFlushScheduled = true
        loop.assumeIsolated().execute { [self] in
            isFlushScheduled = false
            flush()
        }
    }

    private func flush() {
        guard case .ready(let channel, let digests) = state, queue.sentCount < queue.count else { return }
        var buffer = channel.allocator.buffer(capacity: 1024)
        queue.send { pending in
            buffer.write(command: pending.command.words(pending.isScriptUnknown ? [:] : digests))
        }
        channel.writeAndFlush(buffer, promise: nil)
    }

    private func receive(_ reply: RESPValue) {
        if case .error(let text) = reply, text.hasPrefix("READONLY") {
            // The primary has become a replica; retry at the server that the address names next.
            return lose()
        }
        // A reply without a command: replies and commands are out of step.
        guard var pending = queue.popAnswered() else { return lose() }
        guard case .error(let text) = reply, text.hasPrefix("NOSCRIPT"), !pending.isScriptUnknown else {
            // Redis refused it this time, but may have run it the time before.
            if case .error = reply, pending.timesSent > 1, pending.reply != nil { mark(pending) }
            pending.reply?.resume(returning: reply)
            return
        }
        pending.isScriptUnknown = true
        queue.append(pending)
        scheduleFlush()
    }

    private func fail(_ commands: [PendingCommand], _ outage: Outage) {
        for command in commands {
            if command.timesSent > 0 || command.reply == nil { mark(command) }
            command.reply?.resume(throwing: outage)
        }
    }

    /// Marks a command whose outcome is unknown, before any later command is sent.
    private func mark(_ pending: PendingCommand) {
        if case .closed = state { return }
        let (now, isMark) = (loop.now, pending.reply == nil)
        guard let command = isMark ? pending.command : pending.command.afterDoubt, queue.count < Self.maximumCommands
        else { return }
        let lastDeadline = isMark ? pending.lastDeadline : now + TimeAmount(Command.doubt)
        guard now < lastDeadline else { return }
        queue.append(
            PendingCommand(command: command, deadline: now + timeout, reply: nil, lastDeadline: lastDeadline))
        scheduleFlush()
        setAlarm()
    }

    // MARK: - Timeouts

    /// Schedules one timer while commands are pending; a command that is answered in time needs none of its own.
    private func setAlarm() {
        guard !isAlarmSet, let moment = queue.nextDeadline else { return }
        isAlarmSet = true
        loop.assumeIsolated().scheduleTask(deadline: moment) { [self] in
            isAlarmSet = false
            timedOut()
            setAlarm()
        }
    }

    /// Fails the commands past their deadline, and closes a connection on which a reply is overdue: it may be dead.
    private func timedOut() {
        let wereSent = queue.sentCount > 0
        let expired = queue.popExpired(at: loop.now)
        guard !expired.isEmpty else { return }
        if wereSent { lose() }
        fail(expired, Outage(reason: "it did not answer in time"))
    }

    // MARK: - The connection

    private func connect() {
        attempt += 1
        state = .connecting
        let (attempt, loop) = (attempt, loop)
        let traffic = NIOLoopBound(self, eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        RedisChannel { reply in
                            traffic.value.received(reply, attempt: attempt)
                        } ended: { reason in
                            traffic.value.ended(reason, attempt: attempt)
                        })
                }
            }
        // A host name is resolved on another thread; an address needs none.
        let connected =
            if let address = try? SocketAddress(ipAddress: url.host, port: url.port) {
                bootstrap.connect(to: address)
            } else {
                bootstrap.connect(host: url.host, port: url.port)
            }
        connected.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let channel): greet(channel, attempt: attempt)
            case .failure(let error): ended(RedisChannel.reason(error), attempt: attempt)
            }
        }
        loop.assumeIsolated().scheduleTask(in: timeout) { [self] in
            if case .ready = state { return }
            ended("it does not answer", attempt: attempt)
        }
    }

    private func greet(_ channel: any Channel, attempt: Int) {
        guard attempt == self.attempt, case .connecting = state else { return channel.close(promise: nil) }
        let handshake = Handshake(url)
        state = .handshake(channel, handshake)
        var buffer = channel.allocator.buffer(capacity: 8192)
        for command in handshake.commands { buffer.write(command: command) }
        channel.writeAndFlush(buffer, promise: nil)
    }

    private func received(_ reply: RESPValue, attempt: Int) {
        guard attempt == self.attempt else { return }
        switch state {
        case .connecting, .closed: break
        case .ready: receive(reply)
        case .handshake(let channel, var handshake):
            switch handshake.take(reply) {
            case .open: state = .handshake(channel, handshake)
            case .failed(let outage): retry(after: outage)
            case .done(let digests):
                state = .ready(channel, digests)
                (failures, outage, hasStarted) = (0, nil, true)
                started.succeed()
                flush()
            }
        }
    }

    private func ended(_ reason: String, attempt: Int) {
        guard attempt == self.attempt else { return }
        switch state {
        case .ready: lose()
        case .connecting, .handshake: retry(after: Outage(reason: reason))
        case .closed: break
        }
    }

    /// Drops an established connection; its commands wait for the next one.
    private func lose() {
        guard case .ready(let channel, _) = state else { return }
        drop(channel)
        queue.takeBack()
        reconnect()
    }

    /// Records a failed attempt; commands fail at once until one succeeds.
    private func retry(after outage: Outage) {
        if case .handshake(let channel, _) = state { drop(channel) }
        attempt += 1
        guard hasStarted else {
            state = .closed
            return started.fail(outage)
        }
        self.outage = outage
        failures += 1
        fail(queue.popAll(), outage)
        reconnect()
    }

    private func drop(_ channel: any Channel) {
        attempt += 1
        channel.close(promise: nil)
    }

    private func reconnect() {
        state = .connecting
        let attempt = attempt
        let delay = Backoff.delay(after: failures, chance: .random(in: 0..<1))
        loop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [self] in
            if attempt == self.attempt { connect() }
        }
    }
}
#endif
