internal import Primitives

extension HTTPRequest {
    /// The network of the peer, for counting failed attempts.
    ///
    /// It is the address with IPv4; with IPv6 the first 64 bits, because a single machine has all addresses behind them
    /// (RFC 4291 §2.5.4, RFC 6177 §2). All loopback addresses are this machine, `127.0.0.1`.
    public var network: String {
        guard let address = IPAddress(peer) else { return peer }
        switch address.bytes.count {
        case 4: return address.bytes[0] == 127 ? Self.thisMachine : address.text
        default:
            if address == IPAddress("::1") { return Self.thisMachine }
            return "\(address.bytes.prefix(8).hexadecimal)/64"
        }
    }

    /// Whether the peer's address is a loopback address, in any spelling.
    package var isFromThisMachine: Bool { network == Self.thisMachine }

    private static let thisMachine = "127.0.0.1"
}
