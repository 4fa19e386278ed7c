internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Opens the listening sockets.
struct Listener {
    let group: MultiThreadedEventLoopGroup
    let sockets: SocketCount
    /// Sets up each accepted connection.
    let initializer: @Sendable (any Channel) -> EventLoopFuture<Void>

    /// Binds every address to the same port; of those after the first, one that the machine does not have is left out.
    ///
    /// With port 0 the first address determines the port. If that is in use on a later address, another one is tried, a
    /// few times.
    func bind(_ addresses: [String], port: Int) async throws(HTTPServer.BindError) -> [any Channel] {
        var attempts = 8
        while true {
            var channels: [any Channel] = []
            do {
                for address in addresses {
                    let chosen = channels.first?.localAddress?.port ?? port
                    if let channel = try await bind(address, port: chosen, isRequired: channels.isEmpty) {
                        channels.append(channel)
                    }
                }
                return channels
            } catch {
                for channel in channels { try? await channel.close() }
                attempts -= 1
                guard port == 0, case .portInUse = error, attempts > 0 else { throw error }
            }
        }
    }

    private func bind(
        _ address: String, port: Int, isRequired: Bool
    ) async throws(HTTPServer.BindError) -> (any Channel)? {
        // SwiftNIO traps at any other number.
        guard (0...65535).contains(port) else {
            throw .failed(address: address, port: port, reason: "there is no such port")
        }
        do {
            let bootstrap = ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .serverChannelOption(.autoRead, value: false)
                .serverChannelOption(.maxMessagesPerRead, value: AcceptGate.atOnce)
                // Without free descriptors accepting pauses instead of failing in a loop.
                .serverChannelInitializer { [sockets] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandlers(AcceptGate(sockets), AcceptBackoffHandler())
                    }
                }
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer(initializer)
            return try await bootstrap.bind(to: SocketAddress(ipAddress: address, port: port)).get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .portInUse(port)
        } catch let error as IOError where !isRequired && [EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.errnoCode) {
            return nil
        } catch let error as IOError {
            throw .failed(address: address, port: port, reason: String(cString: strerror(error.errnoCode)))
        } catch {
            // Descriptions of the library's other errors are for its authors.
            throw .failed(address: address, port: port, reason: "\(type(of: error))")
        }
    }
}
