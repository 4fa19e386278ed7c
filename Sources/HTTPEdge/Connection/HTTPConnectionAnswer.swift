internal import NIOCore

/// The answers of a connection.
extension HTTPConnection {
    func write(_ response: HTTPResponse) {
        guard case .answering(let head) = state, let context else { return }
        closesAfterAnswer =
            closesAfterAnswer || !head.isKeepAlive || response.body.isTorn || !response.status.isFinal
        guard
            let bytes = writer.start(
                response, isHTTP10: head.isHTTP10, hasBody: head.method != .head, date: server.date.value(),
                closes: closesAfterAnswer)
        else { return closeAfterWrites() }
        if server.connections.count > 1, bytes.readableBytes <= FlushBatch.largest {
            context.write(wrapOutboundOut(bytes), promise: nil)
            server.flushes.add(self)
        } else {
            context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        }
        guard case .events(let stream) = response.body, response.status.allowsBody, head.method != .head, let handle
        else { return finish() }
        state = .streaming(nil)
        let task = Task.immediate(executorPreference: server.executor) {
            try? await stream.produce(handle.eventWriter)
            handle.connection.value.finishStream()
        }
        if case .streaming = state { state = .streaming(task) } else { task.cancel() }
    }

    /// Sends the written bytes.
    func flush() {
        context?.flush()
    }

    /// Ends the answer; the next request is taken only when the client has read this one, which bounds the buffers.
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
            bodyInHand = 0
            if charge > 0 { settleCharge() }
            wait(server.limits.idleTimeout)
            takeRequests()
        }
    }

    /// Closes after the written answers are sent.
    func closeAfterWrites() {
        closeWhenSent { [self] in abort() }
    }

    private func closeWhenSent(_ close: @escaping () -> Void) {
        letGo()
        wait(server.limits.unreadTimeout)
        // The promise of an empty write completes when everything before it is sent.
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

    func resumeWriters(canWrite: Bool) {
        let writers = whenWritable
        whenWritable = []
        for resume in writers { resume(canWrite) }
    }
}
