internal import NIOCore

/// The decisions of a connection, as a value: an event returns what ``HTTPConnection`` has to do.
///
/// It knows no channel, task or timer. After each action ``next()`` says what to do with the buffered input. Pipelined
/// requests are answered one at a time, in order. It is not copyable, because its share of the memory budget exists
/// once.
struct ConnectionStateMachine: ~Copyable {
    /// The client's side of the connection.
    private enum Input {
        case open
        /// Enough is buffered, and the socket is not read.
        case held
        /// The client has half-closed.
        case ended
    }

    /// The maximum size in bytes of pipelined input while a request is answered; beyond it the socket is not read.
    private static let maximumAhead = 64 << 10

    private var state = ConnectionState.idle(isTimed: true)
    private var input = Input.open
    /// The input; separate from the state, so that appending to a body never copies it.
    private var reader = RequestReader()
    private var writer = ResponseWriter()
    private var closesAfterAnswer = false
    /// Whether further input is buffered, which waits until other connections have had their turn.
    private(set) var awaitsTurn = false
    /// The size of the body in the handler's hands.
    private var bodyInHand = 0
    private var share: InputShare

    private var limits: Limits { share.budget.limits }

    init(budget: InputBudget) { share = InputShare(of: budget) }

    // MARK: - Input

    /// The connection is open.
    func opened() -> ConnectionAction.Timeout { .set(limits.headTimeout) }

    /// Bytes have arrived.
    mutating func received(_ bytes: ByteBuffer) {
        if case .closing = state { return }
        reader.append(bytes)
    }

    /// The requests in the received bytes are taken; ends the connection when the rest does not fit into the budget.
    mutating func tookRequests(_ allocator: () -> ByteBufferAllocator) -> ConnectionAction? {
        reader.releaseBuffer(allocator)
        return count() ? nil : refuse(.busy)
    }

    /// All requests in the input are taken, and no more bytes can be read at present.
    ///
    /// A whole request usually arrives in one read, and then no timer is touched.
    mutating func waitsForInput() -> ConnectionAction.Timeout {
        switch state {
        case .idle(isTimed: false) where reader.unread > 0 && !awaitsTurn:
            state = .idle(isTimed: true)
            return .set(limits.headTimeout)
        case .receiving(isTimed: false):
            state = .receiving(isTimed: true)
            return .set(limits.verdictDelay)
        default: return .keep
        }
    }

    /// Whether the socket may be read: not when enough input is buffered.
    mutating func mayRead() -> Bool {
        let isEnough = (!state.takesRequests || awaitsTurn) && reader.unread >= Self.maximumAhead
        if input != .ended { input = isEnough ? .held : .open }
        return !isEnough
    }

    /// Whether a read was withheld.
    var isReadHeld: Bool { input == .held }

    /// The client has half-closed: it may still read answers, but during a stream it has disconnected.
    mutating func inputEnded() -> ConnectionAction {
        input = .ended
        switch state {
        case .idle where awaitsTurn: return ConnectionAction()
        case .idle, .receiving, .uploading: return close(lingers: false)
        // The body is incomplete: a whole one would be in the input.
        case .judging(_, body: nil) where reader.unread == 0: return close(lingers: false)
        case .streaming: return abort()
        case .judging, .answering, .writing, .unread, .closing:
            closesAfterAnswer = closesAfterAnswer || reader.unread == 0
            return ConnectionAction(step: .endPause)
        }
    }

    // MARK: - Requests

    /// Takes the next head or request from the input; nil when it is incomplete, or something else has to happen first,
    /// such as another connection's turn.
    mutating func next(isTurn: Bool = false) -> ConnectionAction? {
        if isTurn { awaitsTurn = false }
        if awaitsTurn { return nil }
        do throws(Refusal) {
            return try take()
        } catch {
            return refuse(error)
        }
    }

    private mutating func take() throws(Refusal) -> ConnectionAction? {
        while state.takesRequests {
            let maximum: Int? = if case .uploading(let maximum) = state { maximum } else { nil }
            guard let part = try reader.next(limits, maximum: maximum) else { return waitForInput() }
            switch part {
            case .head(let head):
                state = .receiving(isTimed: false)
                if head.isJudgedFirst(limits) { return judge(head, nil) }
            case .whole(let head, let body) where maximum == nil && body.count > limits.smallBodyBytes:
                return judge(head, body)
            case .whole(let head, let body): return respond(head, body)
            }
        }
        return nil
    }

    /// The request is incomplete: its head is judged if the body is large, and there is no use in waiting at the end.
    private mutating func waitForInput() -> ConnectionAction? {
        if input == .ended { return close(lingers: false) }
        guard case .receiving = state, reader.bodyCount > limits.smallBodyBytes, let head = reader.started else {
            return nil
        }
        return judge(head, nil)
    }

    /// - Parameter body: the whole body, where it arrived before the handler was asked.
    private mutating func judge(_ head: RequestHead, _ body: [UInt8]?) -> ConnectionAction {
        bodyInHand = body?.count ?? 0
        state = .judging(head, body: body)
        return ConnectionAction(timeout: .clear, step: .judge(head))
    }

    /// The handler has judged a head.
    ///
    /// - Parameter date: the value of `Date` for an answer.
    mutating func judged(_ verdict: HeadVerdict, date: String) -> ConnectionAction {
        guard case .judging(let head, let body) = state else { return ConnectionAction() }
        switch verdict {
        case .answer(let response):
            letGo()
            (state, closesAfterAnswer) = (.answering(head), true)
            return answered(response, date: date)
        case .takeBody(let maximum):
            if head.framing.isLonger(than: maximum) || (body?.count ?? 0) > maximum {
                return refuse(.bodyTooLarge(maximum, "a larger one"))
            }
            if let body { return respond(head, body) }
            state = .uploading(maximum: maximum)
            // RFC 9110 §10.1.1: a client that has sent its body already needs no 100 Continue.
            let invites = head.expectsContinue && reader.unread == 0 && reader.bodyCount == 0
            return ConnectionAction(timeout: .set(limits.bodyTimeout), step: invites ? .sendContinue : .none)
        }
    }

    private mutating func respond(_ head: RequestHead, _ body: [UInt8]) -> ConnectionAction {
        state = .answering(head)
        bodyInHand = body.count
        closesAfterAnswer = closesAfterAnswer || (input == .ended && reader.unread == 0)
        return ConnectionAction(timeout: .clear, step: .respond(head, body: body))
    }

    /// Refuses input that is not a request.
    private mutating func refuse(_ refusal: Refusal) -> ConnectionAction {
        let isForHeadAlone: Bool
        switch state {
        case .idle, .receiving, .uploading: isForHeadAlone = reader.isForHeadAlone
        case .judging(let head, _): isForHeadAlone = head.method == .head
        // A second answer would corrupt the one under way.
        case .answering, .streaming, .writing, .unread: return abort()
        case .closing: return ConnectionAction()
        }
        letGo()
        return ConnectionAction(timeout: .set(limits.unreadTimeout), step: .refuse(refusal, hasBody: !isForHeadAlone))
    }

    // MARK: - Answers

    /// Whether the handler may wait before its answer: not when the client has half-closed or the server stops.
    var mayPause: Bool { state.isAnswering && !closesAfterAnswer && input != .ended }

    /// The handler has answered the request.
    mutating func answered(_ response: HTTPResponse, date: String) -> ConnectionAction {
        guard case .answering(let head) = state else { return ConnectionAction() }
        closesAfterAnswer = closesAfterAnswer || !head.isKeepAlive || response.body.isTorn || !response.status.isFinal
        let hasBody = head.method != .head
        let bytes = writer.start(
            response, isHTTP10: head.isHTTP10, hasBody: hasBody, date: date, closes: closesAfterAnswer)
        guard let bytes else { return close(lingers: false) }
        guard case .events(let stream) = response.body, response.status.allowsBody, hasBody else {
            state = .writing
            return ConnectionAction(step: .write(bytes))
        }
        state = .streaming
        return ConnectionAction(step: .stream(bytes, stream))
    }

    /// The last bytes of an answer are written.
    ///
    /// The next request is taken only when the client has read this answer, which bounds the buffers.
    mutating func written(isWritable: Bool) -> ConnectionAction {
        guard case .writing = state else { return ConnectionAction() }
        guard isWritable else {
            state = .unread
            return ConnectionAction(timeout: .set(limits.unreadTimeout))
        }
        return finish()
    }

    /// The client has read so much that there is room for more.
    mutating func becameWritable() -> ConnectionAction {
        switch state {
        case .unread: return finish()
        case .streaming: return ConnectionAction(timeout: .clear)
        case .idle, .receiving, .judging, .uploading, .answering, .writing, .closing: return ConnectionAction()
        }
    }

    private mutating func finish() -> ConnectionAction {
        if closesAfterAnswer { return close(lingers: true) }
        state = .idle(isTimed: false)
        awaitsTurn = reader.unread > 0
        bodyInHand = 0
        if share.isTaken { count() }
        return ConnectionAction(timeout: .set(limits.idleTimeout))
    }

    // MARK: - Event streams

    /// Whether the task of an event stream may write.
    var isStreaming: Bool { state.isStreaming }

    /// The bytes of an event; nil when the stream has ended.
    func event(_ event: [UInt8]) -> ByteBuffer? {
        isStreaming ? writer.part(event) : nil
    }

    /// There is no room for another event.
    func stalled() -> ConnectionAction.Timeout { .set(limits.unreadTimeout) }

    /// The task of the event stream has returned.
    mutating func streamEnded() -> ConnectionAction {
        guard isStreaming else { return ConnectionAction() }
        state = .writing
        return ConnectionAction(step: .write(writer.end))
    }

    // MARK: - The end

    /// The timeout has expired.
    mutating func timedOut() -> ConnectionAction {
        switch state {
        case .idle where reader.unread > 0:
            return refuse(.late("the whole head within \(limits.headTimeout)", "a part of it"))
        case .receiving:
            if let head = reader.started { return judge(head, nil) } else { return abort() }
        case .uploading: return refuse(.late("the whole body within \(limits.bodyTimeout)", "a part of it"))
        case .idle, .judging, .answering, .streaming, .writing, .unread, .closing: return abort()
        }
    }

    /// The server stops: closes now when idle, otherwise after the answer.
    mutating func stop() -> ConnectionAction {
        closesAfterAnswer = true
        if case .idle = state { return close(lingers: false) }
        return ConnectionAction(step: .endPause)
    }

    /// The connection is closed.
    mutating func closed() { letGo() }

    /// The connection has failed, or the stop takes too long: closes without an answer, in any state.
    mutating func abort() -> ConnectionAction {
        letGo()
        return ConnectionAction(step: .abort)
    }

    private mutating func close(lingers: Bool) -> ConnectionAction {
        letGo()
        return ConnectionAction(timeout: .set(limits.unreadTimeout), step: .close(lingers: lingers))
    }

    /// Stops reading, and releases the input.
    private mutating func letGo() {
        state = .closing
        reader = RequestReader()
        bodyInHand = 0
        count()
    }

    /// Counts the buffered bytes; false when the budget of all connections has no room for them.
    @discardableResult
    private mutating func count() -> Bool { share.count(reader.held + bodyInHand) }
}
