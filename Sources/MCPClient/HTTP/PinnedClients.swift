internal import AsyncHTTPClient
internal import Synchronization

/// An HTTP client that closes its connections when its last user is done.
final class OwnedClient: Sendable {
    let http: HTTPClient

    init(_ configuration: HTTPClient.Configuration) {
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit { http.shutdown { _ in } }

    func close() async { try? await http.shutdown() }
}

/// Clients that connect to the address which was checked, and to no other that the name may resolve to later.
///
/// One for each host, because the library has one table of addresses for a client.
final class PinnedClients: Sendable {
    /// How long an address is used before its name is resolved and checked again.
    private static let lifetime = Duration.seconds(60)
    /// The maximum number of hosts; then the pin that ends first is dropped, whose requests still end.
    private static let capacity = 256

    private struct Pin {
        let client: OwnedClient
        let address: NetworkAddress
        var end: ContinuousClock.Instant
    }

    private let pins = Mutex<[String: Pin]>([:])
    private let configuration: HTTPClient.Configuration

    init(_ configuration: HTTPClient.Configuration) { self.configuration = configuration }

    /// The client for a host; nil for an address, which needs none of its own.
    func client(for address: WebAddress, by policy: NetworkPolicy) async throws -> OwnedClient? {
        if let pin = pins.withLock({ $0[address.host] }), pin.end > .now { return pin.client }
        guard let found = try await policy.pin(address) else { return nil }
        return pins.withLock { pins in
            if pins[address.host]?.address == found, let client = pins[address.host]?.client {
                pins[address.host]?.end = .now + Self.lifetime
                return client
            }
            if pins.count >= Self.capacity, pins[address.host] == nil,
                let oldest = pins.min(by: { $0.value.end < $1.value.end })?.key
            {
                pins[oldest] = nil
            }
            var configuration = configuration
            configuration.dnsOverride = [address.host: found.text]
            let client = OwnedClient(configuration)
            pins[address.host] = Pin(client: client, address: found, end: .now + Self.lifetime)
            return client
        }
    }
}
