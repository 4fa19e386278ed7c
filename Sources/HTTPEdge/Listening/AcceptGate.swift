internal import NIOCore

/// The sockets of all connections of a server, including refused ones and those that are being closed.
final class SocketCount: Sendable {
    private struct State {
        var count = 0
        /// The gates that stay closed until a socket is closed.
        var gates: [AcceptGate] = []
    }

    private let maximum: Int
    private let state: NIOLoopBoundBox<State>

    init(maximum: Int, eventLoop: any EventLoop) {
        self.maximum = maximum
        state = .makeBoxSendingValue(State(), eventLoop: eventLoop)
    }

    /// Counts a connection until its socket is closed.
    func add(_ channel: any Channel) {
        state.value.count += 1
        channel.closeFuture.assumeIsolated().whenComplete { [self] _ in remove() }
    }

    /// Whether there is room for one more; otherwise the gate opens when one is closed.
    func hasRoom(orWakes gate: AcceptGate) -> Bool {
        if state.value.count < maximum { return true }
        if !state.value.gates.contains(where: { $0 === gate }) { state.value.gates.append(gate) }
        return false
    }

    private func remove() {
        state.value.count -= 1
        let gates = state.value.gates
        state.value.gates = []
        for gate in gates { gate.open() }
    }
}

/// Leaves connections in the system's queue while there are no descriptors for them.
///
/// A process without descriptors cannot work: no store opens a file, and the library under Swift's concurrency ends the
/// process.
final class AcceptGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = any Channel

    /// The number of connections accepted before the next check; the reserve has room for them.
    static let atOnce: UInt = 4

    private let sockets: SocketCount
    private var context: ChannelHandlerContext?

    init(_ sockets: SocketCount) {
        self.sockets = sockets
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        sockets.add(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if sockets.hasRoom(orWakes: self) { context.read() }
    }

    /// Resumes accepting.
    func open() {
        if let context { read(context: context) }
    }
}
