package import MCPClient
package import StaticAuthServer

/// The choices of the person who runs a gateway.
package struct GatewaySettings: Sendable {
    /// The address to listen on.
    package var host = "127.0.0.1"
    /// The port; 0 for any free one.
    package var port = 3000
    /// The origin under which browsers reach the gateway; nil for the address it listens on.
    package var publicURL: Origin?
    /// The callback URLs that applications may name, besides the gateway's own.
    package var callbacks: Set<String> = []
    /// The origins whose pages may use the gateway, besides its own; nil for those of the callbacks.
    package var origins: Set<Origin>?
    /// Whether servers in private networks may be called although other machines reach the gateway.
    package var allowsPrivate = false
    /// The registered clients, by the URL of the server.
    package var clients: [String: ClientIdentity] = [:]
    /// The number of requests a minute that an address may send; 0 for no limit, nil for none on loopback.
    package var rateLimit: Int?
    /// The timeout of a server without a sign of life.
    package var timeout = Duration.seconds(30)
    /// The lifetime of a session that is not used.
    package var sessionIdle = Duration.seconds(86_400)
    /// The key of sessions that are stored outside of memory.
    package var key: StoreKey?

    /// Makes the defaults.
    package init() {}

    /// Whether other machines reach the gateway, by its address or by its public URL.
    var isOffLoopback: Bool { !Origin.isLoopback(host: host) || publicURL?.isLoopback == false }

    /// The requests a minute of an address; nil for no limit.
    var effectiveRateLimit: Int? {
        let limit = rateLimit ?? (isOffLoopback ? Self.publicRateLimit : 0)
        return limit == 0 ? nil : limit
    }

    /// The limit of a gateway that other machines reach.
    package static let publicRateLimit = 600
}
