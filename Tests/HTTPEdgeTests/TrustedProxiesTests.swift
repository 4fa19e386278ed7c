import Testing

@testable import HTTPEdge

@Suite("Trusted proxies and the client's address")
struct TrustedProxiesTests {
    private static let proxies = ["127.0.0.1", "10.0.0.0/8", "fd00::/8"]

    @Test(
        "The last address that is not a trusted proxy is the peer",
        arguments: [
            ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
            ("127.0.0.1", ["203.0.113.7, 10.1.2.3"], "203.0.113.7"),
            ("127.0.0.1", ["198.51.100.1", "203.0.113.7 ,\t10.1.2.3", "10.9.9.9"], "203.0.113.7"),
            ("10.255.0.1", ["2001:DB8:0::7"], "2001:db8::7"),
            ("fd12::1", ["203.0.113.7"], "203.0.113.7"),
            ("::ffff:10.0.0.1", ["::ffff:203.0.113.7"], "203.0.113.7"),
            // All are trusted, so the first counts.
            ("127.0.0.1", ["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
            ("127.0.0.1", [], "127.0.0.1"),
        ])
    func lastUntrusted(connection: String, values: [String], peer: String) throws {
        #expect(try TrustedProxies(Self.proxies).peer(connection: connection, forwardedFor: values) == peer)
    }

    @Test(
        "From an untrusted peer the field is ignored", arguments: ["203.0.113.9", "::1", "127.0.0.2", "11.0.0.1", ""])
    func forged(connection: String) throws {
        let proxies = try TrustedProxies(Self.proxies)
        #expect(proxies.peer(connection: connection, forwardedFor: ["198.51.100.1"]) == connection)
        #expect(TrustedProxies.none.peer(connection: "127.0.0.1", forwardedFor: ["198.51.100.1"]) == "127.0.0.1")
    }

    @Test(
        "An entry that is not an address is not a peer",
        arguments: [
            "unknown", "", "203.0.113.7:80", "[2001:db8::7]", "198.51.100.1,", "203.0.113.256", "1", "fe80::1%0",
        ])
    func malformedEntry(value: String) throws {
        #expect(try TrustedProxies(Self.proxies).peer(connection: "127.0.0.1", forwardedFor: [value]) == "127.0.0.1")
    }

    @Test("Entries before the one that counts are ignored")
    func beforeTheEntry() throws {
        let values = ["unknown, 203.0.113.7"]
        #expect(try TrustedProxies(Self.proxies).peer(connection: "127.0.0.1", forwardedFor: values) == "203.0.113.7")
    }

    @Test(
        "A setting that is neither an address nor a network is refused",
        arguments: [
            "", "localhost", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8/8", "fd00::/129",
            "fd00::1/64", "10.0.0", "10.0.0.0/-1", " 10.0.0.1",
        ])
    func malformed(text: String) {
        #expect(throws: TrustedProxies.Malformed.self) { try TrustedProxies(["127.0.0.1", text]) }
    }

    @Test("A network includes exactly the addresses with its prefix")
    func prefix() throws {
        let proxies = try TrustedProxies(["192.0.2.128/25", "2001:db8:0:8000::/49"])
        for (address, isTrusted) in [
            ("192.0.2.128", true), ("192.0.2.255", true), ("192.0.2.127", false), ("192.0.3.128", false),
            ("2001:db8:0:8000::", true), ("2001:db8:0:ffff::1", true), ("2001:db8:0:7fff::1", false),
        ] {
            let peer = proxies.peer(connection: address, forwardedFor: ["198.51.100.1"])
            #expect((peer == "198.51.100.1") == isTrusted, "\(address)")
        }
        let everybody = try TrustedProxies(["0.0.0.0/0"])
        #expect(everybody.peer(connection: "203.0.113.9", forwardedFor: ["198.51.100.1"]) == "198.51.100.1")
        #expect(everybody.peer(connection: "2001:db8::1", forwardedFor: ["198.51.100.1"]) == "2001:db8::1")
    }
}
