internal import HTTPEdge
internal import StaticAuthServer

/// Admits only requests that are meant for this gateway and do not come from a foreign page.
///
/// It is the first check, on every path: a page whose name resolves to this machine (DNS rebinding) shows in `Host`, a
/// foreign page that posts here in `Origin`.
struct RequestGuard: Sendable {
    private let port: Int
    private let isConfigured: Bool
    /// The origin of the gateway: the configured one, otherwise that of the address it listens on.
    let own: Origin
    /// The listed origins.
    let listed: Set<Origin>

    init(_ settings: GatewaySettings, port: Int) {
        self.port = port
        isConfigured = settings.publicURL != nil
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let address = Origin(scheme: "http", host: Self.isAnyAddress(settings.host) ? "localhost" : host, port: port)
        own = settings.publicURL ?? address
        let callbacks = settings.callbacks.compactMap { Self.origin(of: $0) }
        listed = settings.origins ?? Set(callbacks)
    }

    private static func isAnyAddress(_ host: String) -> Bool { ["0.0.0.0", "::"].contains(host) }

    /// The origin of a URL.
    static func origin(of url: String) -> Origin? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let end = url[scheme.upperBound...].firstIndex { "/?#".contains($0) } ?? url.endIndex
        return Origin(String(url[..<end]))
    }

    /// The origin under which a request reached the gateway.
    ///
    /// - Throws: `invalid_request` for another host.
    func host(of request: HTTPRequest) throws(GatewayError) -> Origin {
        guard let host = request.host, !host.hasSuffix("/"), let asked = Origin("http://\(host)") else {
            throw Self.foreignHost
        }
        let isThisMachine = Self.names.contains(asked.host)
        if isThisMachine, asked.port == nil || asked.port == port { return isConfigured ? own : asked }
        guard asked.host == own.host, isConfigured || asked.port == nil || asked.port == port else {
            throw Self.foreignHost
        }
        return own
    }

    /// Whether a URL is the gateway's own callback, by any of its names.
    func isOwn(callback: String) -> Bool {
        guard callback.hasSuffix(GatewayPath.callback),
            let origin = Origin(String(callback.dropLast(GatewayPath.callback.count)))
        else { return false }
        return origin == own || !isConfigured && Self.names.contains(origin.host) && origin.port == own.port
    }

    private static let names: Set = ["localhost", "127.0.0.1", "[::1]"]
    private static let foreignHost = GatewayError.invalid("This host is not served here.", .forbidden)

    /// The listed origin that sent a request, or the gateway's own; nil when it comes from no page.
    ///
    /// - Throws: `invalid_request` for any other.
    func sender(of request: HTTPRequest, reachedAs reached: Origin) throws(GatewayError) -> Origin? {
        let senders = request.fields["origin"]
        guard let text = senders.first else { return nil }
        guard senders.count == 1, !text.hasSuffix("/"), let origin = Origin(text),
            origin == own || origin == reached || listed.contains(origin)
        else { throw .invalid("Pages of this origin may not use the gateway.", .forbidden) }
        return origin
    }
}
