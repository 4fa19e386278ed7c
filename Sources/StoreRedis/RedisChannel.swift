#if Redis
internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The handler of one connection: reports each reply, and once that the connection has ended.
final class RedisChannel: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let reader = RESPReader()
    private let received: (RESPValue) -> Void
    private let ended: (_ reason: String) -> Void

    init(received: @escaping (RESPValue) -> Void, ended: @escaping (_ reason: String) -> Void) {
        self.received = received
        self.ended = ended
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(RESPReader.ProtocolError) {
            try reader.feed(unwrapInboundIn(data))
            while let reply = try reader.next() { received(reply) }
        } catch {
            ended(error.reason)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended("the connection was closed")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        ended(Self.reason(error))
        context.close(promise: nil)
    }

    /// The cause of an error, in words.
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as NIOConnectionError:
            if let failure = error.connectionErrors.first { reason(failure.error) } else { "there is no such host" }
        case ChannelError.connectTimeout: "it does not answer"
        // Descriptions of the library's other errors are for its authors.
        default: "the connection failed (\(type(of: error)))"
        }
    }
}

extension RESPReader {
    /// Appends received bytes.
    func feed(_ buffer: ByteBuffer) throws(ProtocolError) {
        try buffer.withUnsafeReadableBytes { (bytes) throws(ProtocolError) in try feed(bytes) }
    }
}
#endif
