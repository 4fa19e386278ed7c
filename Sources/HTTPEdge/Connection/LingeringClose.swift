internal import NIOCore

/// Lets the client read the last answer before a connection is closed.
///
/// RFC 9112 §9.6: closing a socket that still has unread input resets the connection, and the reset may destroy an
/// answer on its way, such as a 413 in the middle of an upload. So a close first half-closes, discards further input,
/// and closes fully when the client does or after ``Limits/lingerTimeout``.
final class LingeringClose: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let timeout: TimeAmount
    private var context: ChannelHandlerContext?
    private var isLingering = false
    private var inputIsClosed = false

    init(timeout: TimeAmount) {
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    /// Sends the last bytes, bypassing the HTTP handlers, and closes.
    func close(after bytes: ByteBuffer) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenComplete { [self] _ in
            close(context: context, mode: .all, promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLingering else { return }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard isLingering else { return context.fireChannelReadComplete() }
        context.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            inputIsClosed = true
            if isLingering { return context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Closes at once, when the client has no answer left to read.
    func abort() {
        context?.close(promise: nil)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all, !inputIsClosed, context.channel.isActive else {
            return context.close(mode: mode, promise: promise)
        }
        promise.map(context.channel.closeFuture.cascade(to:))
        guard !isLingering else { return }
        isLingering = true
        context.close(mode: .output, promise: nil)
        context.read()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let alarm = context.eventLoop.scheduleTask(in: timeout) { bound.value.close(promise: nil) }
        context.channel.closeFuture.whenComplete { _ in alarm.cancel() }
    }
}
