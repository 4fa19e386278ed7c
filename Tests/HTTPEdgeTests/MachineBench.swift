import NIOCore

@testable import HTTPEdge

/// A connection without a socket: events go in, and actions come out as words.
final class MachineBench {
    private var machine: ConnectionStateMachine
    let budget: InputBudget
    /// The requests and heads that the handler has to answer.
    private(set) var pending = 0

    /// Limits whose timeouts differ, so that words can name them.
    static var limits: Limits {
        var limits = Limits()
        (limits.smallBodyBytes, limits.heldBytes) = (1000, 200_000)
        (limits.headTimeout, limits.verdictDelay, limits.bodyTimeout) = (.seconds(1), .seconds(2), .seconds(3))
        (limits.idleTimeout, limits.unreadTimeout) = (.seconds(4), .seconds(5))
        return limits
    }

    init(budget: InputBudget = InputBudget(limits: limits)) {
        self.budget = budget
        machine = ConnectionStateMachine(budget: budget)
    }

    // MARK: - Events

    func opened() -> String? { words(machine.opened()) }
    func mayRead() -> Bool { machine.mayRead() }
    var isReadHeld: Bool { machine.isReadHeld }
    var mayPause: Bool { machine.mayPause }
    func waitsForInput() -> String? { words(machine.waitsForInput()) }
    func stalled() -> String? { words(machine.stalled()) }
    func inputEnded() -> String { words(machine.inputEnded()) }
    /// The connection's turn.
    func next() -> String { if let action = machine.next(isTurn: true) { words(action) } else { "nothing" } }
    func written(_ isWritable: Bool = true) -> String { words(machine.written(isWritable: isWritable)) }
    func becameWritable() -> String { words(machine.becameWritable()) }
    func streamEnded() -> String { words(machine.streamEnded()) }
    func timedOut() -> String { words(machine.timedOut()) }
    func stop() -> String { words(machine.stop()) }
    func abort() -> String { words(machine.abort()) }
    func closed() { machine.closed() }
    func event(_ text: String) -> String? { machine.event(Array(text.utf8)).map { String(buffer: $0) } }

    /// Bytes in one read; the words of all actions until the machine waits for something else.
    func send(_ text: String) -> String {
        machine.received(ByteBuffer(string: text))
        var actions: [String?] = []
        while let action = machine.next() { actions.append(words(action)) }
        if let refusal = machine.tookRequests({ ByteBufferAllocator() }) { actions.append(words(refusal)) }
        actions.append(words(machine.waitsForInput()))
        return actions.compactMap { $0 }.joined(separator: "; ")
    }

    func accept(atMost maximum: Int = .max) -> String {
        took(words(machine.judged(.takeBody(atMost: maximum), date: "now")))
    }

    func reject() -> String {
        took(words(machine.judged(.answer(HTTPResponse(.unauthorized)), date: "now")))
    }

    func answer(_ response: HTTPResponse = HTTPResponse(.ok)) -> String {
        took(words(machine.answered(response, date: "now")))
    }

    /// Counts what the handler gave, unless the machine had no use for it.
    private func took(_ action: String) -> String {
        if action != "nothing" { pending -= 1 }
        return action
    }

    /// A request that is answered whole; the words of its last action.
    func serve(_ request: String) -> String {
        _ = send(request)
        _ = answer()
        return written()
    }

    static let stream = HTTPResponse(.ok, body: .events(EventStream { _ in }))

    // MARK: - Words

    private func words(_ action: borrowing ConnectionAction) -> String {
        let timeout = words(action.timeout)
        let words = [words(action.step), timeout].compactMap { $0 }
        return words.isEmpty ? "nothing" : words.joined(separator: ", ")
    }

    private func words(_ timeout: ConnectionAction.Timeout) -> String? {
        switch timeout {
        case .keep: nil
        case .clear: "no timeout"
        case .set(.seconds(1)): "head timeout"
        case .set(.seconds(2)): "verdict delay"
        case .set(.seconds(3)): "body timeout"
        case .set(.seconds(4)): "idle timeout"
        case .set(.seconds(5)): "unread timeout"
        case .set(let other): "timeout of \(other)"
        }
    }

    private func words(_ step: borrowing ConnectionAction.Step) -> String? {
        switch step {
        case .none: return nil
        case .judge(let head):
            pending += 1
            return "judge \(head.path)"
        case .respond(let head, let body):
            pending += 1
            return "respond \(head.path)\(body.isEmpty ? "" : " \(body.count)")"
        case .sendContinue: return "100"
        case .write(let bytes): return "write \(words(bytes))"
        case .stream(let bytes, _): return "stream \(words(bytes))"
        case .endPause: return "end pause"
        case .refuse(let refusal, let hasBody):
            return "refuse \(refusal.status.code)\(hasBody ? "" : " without body")"
        case .close(let lingers): return lingers ? "close lingering" : "close"
        case .abort: return "abort"
        }
    }

    /// The status of an answer and whether it closes, or bytes that are no head.
    private func words(_ bytes: ByteBuffer) -> String {
        let text = String(buffer: bytes)
        guard text.hasPrefix("HTTP/1.1 ") else { return text.debugDescription }
        return text.dropFirst(9).prefix(3) + (text.contains("\r\nConnection: close\r\n") ? " close" : "")
    }
}
