#if Redis
import NIOCore
import NIOPosix
import Synchronization

@testable import StoreRedis

/// A proxy between a store and its Redis, which records commands and loses replies on purpose.
final class Proxy: Sendable {
    /// The action for the next bytes from Redis.
    enum Mischief {
        /// Forwards this number of bytes and resets the connection.
        case cut(after: Int)
        /// Drops these bytes and forwards later ones.
        case swallow
        /// Forwards nothing on this connection any more, and leaves it open.
        case fallSilent
        /// Sends these bytes instead, and closes.
        case lie([UInt8])
    }

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let seen = Mutex<[String]>([])
    private let planned = Mutex<(mischief: Mischief?, replies: Int)>((nil, 0))
    private let listener = Mutex<(any Channel)?>(nil)

    /// Listens on a free port of 127.0.0.1.
    init(to port: Int) async throws {
        let channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { [self] client in
                ClientBootstrap(group: client.eventLoop).connect(host: "127.0.0.1", port: port).flatMapThrowing {
                    redis in
                    try client.pipeline.syncOperations.addHandler(
                        Pipe { [self] bytes in
                            note(bytes)
                            redis.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
                        } ended: {
                            redis.close(promise: nil)
                        })
                    try redis.pipeline.syncOperations.addHandler(
                        Pipe { [self] bytes in
                            pass(bytes, to: client)
                        } ended: {
                            client.close(promise: nil)
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        listener.withLock { $0 = channel }
    }

    var url: String { "redis://127.0.0.1:\(listener.withLock { $0?.localAddress?.port } ?? 0)" }

    /// The names of the forwarded commands of all connections, without those of the handshake.
    var commands: [String] {
        seen.withLock { $0.filter { !["AUTH", "HELLO", "SELECT", "SCRIPT"].contains($0) } }
    }

    /// The number of handshakes.
    var greetings: Int { seen.withLock { $0.count { $0 == "HELLO" } } }

    /// Clears the record.
    func forget() { seen.withLock { $0 = [] } }

    /// Applies this action to the next bytes from Redis, after a number of replies.
    func plan(_ mischief: Mischief, afterReplies replies: Int = 0) { planned.withLock { $0 = (mischief, replies) } }

    func stop() async {
        try? await group.shutdownGracefully()
    }

    /// Records commands; each arrives whole, because it is small and written at once.
    private func note(_ bytes: [UInt8]) {
        let reader = RESPReader()
        guard (try? bytes.withUnsafeBytes { try reader.feed($0) }) != nil else { return }
        while let command = try? reader.next() {
            seen.withLock { $0.append(command.array?.first?.text ?? "?") }
        }
    }

    private func pass(_ bytes: [UInt8], to client: any Channel) {
        let mischief = planned.withLock { planned -> Mischief? in
            guard planned.replies == 0 else {
                planned.replies -= 1
                return nil
            }
            defer { if case .fallSilent = planned.mischief {} else { planned.mischief = nil } }
            return planned.mischief
        }
        switch mischief {
        case nil:
            client.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        case .cut(let count):
            client.writeAndFlush(ByteBuffer(bytes: bytes.prefix(count)), promise: nil)
            let reset = linger(l_onoff: 1, l_linger: 0)
            guard let socket = client as? any SocketOptionProvider else { return }
            socket.setSoLinger(reset).whenComplete { _ in client.close(promise: nil) }
        case .fallSilent, .swallow:
            break
        case .lie(let lie):
            client.writeAndFlush(ByteBuffer(bytes: lie)).whenComplete { _ in client.close(promise: nil) }
        }
    }
}

/// Forwards bytes.
private final class Pipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: ([UInt8]) -> Void
    private let ended: () -> Void

    init(received: @escaping ([UInt8]) -> Void, ended: @escaping () -> Void) {
        self.received = received
        self.ended = ended
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) { ended() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
#endif
