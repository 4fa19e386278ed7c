import HTTPEdge
import StaticAuthServer
import Testing

@testable import Gateway

@Suite("Hosts and origins of the gateway")
struct RequestGuardTests {
    private static func gate(_ change: (inout GatewaySettings) -> Void = { _ in }) -> RequestGuard {
        var settings = GatewaySettings()
        change(&settings)
        return RequestGuard(settings, port: 3000)
    }

    private static func request(host: String?, origins: [String] = []) -> HTTPRequest {
        HTTPRequest(
            method: .post, path: "/", host: host, fields: HTTPFields(origins.map { ("Origin", $0) }), peer: "127.0.0.1")
    }

    private static func host(_ text: String?, _ gate: RequestGuard) -> String? {
        (try? gate.host(of: request(host: text)))?.text
    }

    @Test("Each spelling of loopback is served with the gateway's port or none, and no other host")
    func hosts() {
        let gate = Self.gate()
        #expect(Self.host("localhost:3000", gate) == "http://localhost:3000")
        #expect(Self.host("[::1]:3000", gate) == "http://[::1]:3000")
        #expect(Self.host("127.0.0.1", gate) == "http://127.0.0.1")
        for host in [
            nil, "evil.example", "evil.example:3000", "localhost:3001", "localhost.evil.example:3000",
            "127.0.0.1:3000/", "a@localhost:3000",
        ] { #expect(Self.host(host, gate) == nil) }
    }

    @Test("With a public URL its host is served by that origin, whatever the port of a proxy")
    func publicURL() {
        let gate = Self.gate { $0.publicURL = Origin("https://gateway.example.com") }
        for host in ["gateway.example.com", "gateway.example.com:8443", "localhost:3000"] {
            #expect(Self.host(host, gate) == "https://gateway.example.com")
        }
        #expect(Self.host("other.example.com", gate) == nil)
    }

    @Test("Listed origins and the gateway's own may send requests, and no other, nor two at once")
    func origins() throws {
        let gate = Self.gate { $0.origins = [Origin(scheme: "https", host: "app.example.com", port: nil)] }
        let reached = Origin(scheme: "http", host: "localhost", port: 3000)
        func sender(_ origins: String...) throws -> String? {
            try gate.sender(of: Self.request(host: "localhost:3000", origins: origins), reachedAs: reached)?.text
        }
        #expect(try sender() == nil)
        #expect(try sender("https://app.example.com") == "https://app.example.com")
        #expect(try sender("https://app.example.com:443") == "https://app.example.com")
        #expect(try sender("http://localhost:3000") == "http://localhost:3000")
        for origins in [
            ["null"], ["https://app.example.com/"], ["http://app.example.com"], ["https://app.example.com:444"],
            ["http://localhost:3001"], ["https://app.example.com", "https://app.example.com"],
        ] {
            #expect(throws: GatewayError.self) {
                try gate.sender(of: Self.request(host: "localhost:3000", origins: origins), reachedAs: reached)
            }
        }
    }

    @Test("Without listed origins those of the callbacks are listed")
    func callbacks() {
        let gate = Self.gate { $0.callbacks = ["https://app.example.com/a/b?c", "http://localhost:8080/done"] }
        #expect(gate.listed.map(\.text).sorted() == ["http://localhost:8080", "https://app.example.com"])
    }

    @Test("The rate limit is off on loopback, and on where other machines reach the gateway")
    func rateLimit() {
        var settings = GatewaySettings()
        #expect(settings.effectiveRateLimit == nil)
        settings.publicURL = Origin("https://gateway.example.com")
        #expect(settings.effectiveRateLimit == GatewaySettings.publicRateLimit)
        settings.rateLimit = 0
        #expect(settings.effectiveRateLimit == nil)
    }
}
