#if Redis
import NIOCore
import NIOPosix
import Synchronization

@testable import StoreRedis

/// Stands between a store and its Redis: sees what is asked, and loses replies on purpose.
final class Proxy: Sendable {
    /// What it does to the next bytes that come from Redis.
    enum Mischief {
        /// Passes on so many bytes and resets the connection.
        case cut(after: Int)
        /// Passes these bytes on to nobody, and goes on with the next.
        case swallow
        /// Passes on nothing on this connection any more, and leaves it open.
        case fallSilent
        /// Sends this instead, and closes.
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

    /// The names of the commands that have passed, of all connections, without the greetings.
    var commands: [String] {
        seen.withLock { $0.filter { !["AUTH", "HELLO", "SELECT", "SCRIPT"].contains($0) } }
    }

    /// How often a connection was greeted.
    var greetings: Int { seen.withLock { $0.count { $0 == "HELLO" } } }

    /// Forgets what it has seen.
    func forget() { seen.withLock { $0 = [] } }

    /// Does this to the next bytes from Redis, or passes so many on before.
    func plan(_ mischief: Mischief, afterReplies replies: Int = 0) { planned.withLock { $0 = (mischief, replies) } }

    func stop() async {
        try? await group.shutdownGracefully()
    }

    /// Commands come whole here: each is written at once, and small.
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

/// Hands on what comes.
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
