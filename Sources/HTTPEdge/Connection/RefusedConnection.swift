internal import NIOCore

/// A connection beyond the maximum: answered and closed, without reading from it.
final class RefusedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let server: ServerContext
    private let wire: LingeringClose

    init(server: ServerContext, wire: LingeringClose) {
        self.server = server
        self.wire = wire
    }

    func channelActive(context: ChannelHandlerContext) {
        wire.close(after: server.answer(to: .full(server.limits), peer: context.remoteAddress?.ipAddress ?? ""))
    }
}
