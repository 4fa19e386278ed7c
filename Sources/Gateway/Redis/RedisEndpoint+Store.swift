#if Redis
package import StoreRedis

extension RedisEndpoint {
    /// The server at an address.
    package static func at(_ url: RedisURL) -> RedisEndpoint {
        RedisEndpoint(
            open: {
                let commands = try await RedisCommands(url)
                return Connection(send: { RedisReply(try await commands.send($0)) }, close: { await commands.close() })
            }, mayPass: { !($0 is RedisRefusal) }, delay: RedisCommands.delay)
    }
}

extension RedisReply {
    fileprivate init(_ value: RESPValue) {
        switch value {
        case .null, .error: self = .none
        case .status(let text): self = .text(text)
        case .integer(let number): self = .number(number)
        case .bytes(let bytes): self = .text(String(decoding: bytes, as: UTF8.self))
        case .array(let values): self = .list(values.map(RedisReply.init))
        }
    }
}
#endif
