internal import NIOCore

/// The actions of a connection.
extension HTTPConnection {
    /// Carries out one action; what happens meanwhile leads to further ones.
    func carryOut(_ action: consuming ConnectionAction) {
        set(action.timeout)
        switch consume action.step {
        case .none: break
        case .judge(let head): judge(head)
        case .respond(let head, let body): respond(head, body)
        case .sendContinue: context?.writeAndFlush(wrapOutboundOut(ResponseWriter.continueResponse), promise: nil)
        case .write(let bytes):
            send(bytes)
            if let context { carryOut(machine.written(isWritable: context.channel.isWritable)) }
        case .stream(let head, let events):
            send(head)
            // The write may have failed, and closed the connection.
            if machine.isStreaming { produce(events) }
        case .endPause: pause.cancel()
        case .refuse(let refusal, let hasBody):
            wire.close(after: server.answer(to: refusal, peer: peer, hasBody: hasBody))
        case .close(let lingers): closeWhenSent(lingers: lingers)
        case .abort:
            endWork()
            wire.abort()
        }
    }

    func set(_ timeout: ConnectionAction.Timeout) {
        switch timeout {
        case .keep: break
        case .set(let timeout): if let context { deadline?.set(timeout, on: context.eventLoop) }
        case .clear: deadline?.clear()
        }
    }

    /// Ends the tasks that work on an answer.
    func endWork() {
        stream?.cancel()
        stream = nil
        resumeWriters(canWrite: false)
        pause.cancel()
    }

    func resumeWriters(canWrite: Bool) {
        let writers = waitingWriters
        waitingWriters = []
        for writer in writers { canWrite ? writer.resume() : writer.resume(throwing: CancellationError()) }
    }

    // MARK: - The handler's work

    private func judge(_ head: RequestHead) {
        guard let handle else { return }
        let request = request(head, body: [])
        Task.immediate(executorPreference: server.executor) { [server] in
            handle.connection.value.judged(await server.handler.verdict(on: request))
        }
    }

    private func judged(_ verdict: HeadVerdict) {
        perform(machine.judged(verdict, date: server.date.value()))
    }

    private func respond(_ head: RequestHead, _ body: [UInt8]) {
        guard let handle else { return }
        let request = request(head, body: body)
        Task.immediate(executorPreference: server.executor) { [server] in
            handle.connection.value.answered(await server.handler.respond(to: request))
        }
    }

    private func answered(_ response: HTTPResponse) {
        perform(machine.answered(response, date: server.date.value()))
    }

    private func request(_ head: RequestHead, body: [UInt8]) -> HTTPRequest {
        HTTPRequest(
            head, body: body,
            peer: server.trustedProxies.peer(connection: peer, forwardedFor: head.fields["x-forwarded-for"]),
            connection: requestConnection)
    }

    private func produce(_ events: EventStream) {
        guard let handle else { return }
        let task = Task.immediate(executorPreference: server.executor) {
            try? await events.produce(handle.eventWriter)
            handle.connection.value.streamEnded()
        }
        if machine.isStreaming { stream = task } else { task.cancel() }
    }

    private func streamEnded() {
        stream = nil
        perform(machine.streamEnded())
    }

    // MARK: - Writing

    /// Writes bytes of an answer; small ones are sent together with those of other connections.
    private func send(_ bytes: ByteBuffer) {
        if server.connections.count > 1, bytes.readableBytes <= FlushBatch.largest {
            context?.write(wrapOutboundOut(bytes), promise: nil)
            server.flushes.add(self)
        } else {
            context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
    }

    /// Sends the written bytes.
    func flush() {
        context?.flush()
    }

    private func closeWhenSent(lingers: Bool) {
        // The promise of an empty write completes when everything before it is sent.
        context?.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { [self] _ in
            if lingers { context?.close(promise: nil) } else { abort() }
        }
    }
}
