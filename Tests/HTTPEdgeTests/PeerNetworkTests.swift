import HTTPEdge
import Testing

@Suite("The network of a peer")
struct PeerNetworkTests {
    private func network(_ peer: String) -> String {
        HTTPRequest(method: .get, path: "/", host: nil, peer: peer).network
    }

    @Test(
        "An IPv4 address stands for itself, an IPv6 address for its first 64 bits, all of loopback for this machine",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:0:1::7", "20010db800000001/64"),
            ("2001:db8:0:1:ffff:ffff:ffff:ffff", "20010db800000001/64"), ("2001:db8:0:2::7", "20010db800000002/64"),
            ("127.0.0.1", "127.0.0.1"), ("127.1.2.3", "127.0.0.1"), ("::1", "127.0.0.1"),
            ("::ffff:127.0.0.1", "127.0.0.1"), ("::2", "0000000000000000/64"), ("unknown", "unknown"),
        ])
    func networks(peer: String, expected: String) {
        #expect(network(peer) == expected)
    }
}
