internal import HTTPEdge
internal import OAuth

/// Admits only requests that are meant for this server and do not come from a foreign page.
///
/// It is the first check, on every path. A page of an attacker whose name resolves to 127.0.0.1 (DNS rebinding) shows
/// in `Host`; a foreign page that posts here shows in `Origin` (MCP 2026-07-28, Streamable HTTP, "Security &
/// Endpoint").
final class HostAndOriginGuard: Sendable {
    private let port: Int
    private let configured: Origin
    private let isPublic: Bool
    private let advice: HostAdvice
    /// The origin for each usual value of `Host`.
    private let known: [String: Origin]

    /// Makes the guard of a server.
    ///
    /// - Parameters:
    ///   - port: the port of our hosts; a client may omit it.
    ///   - configured: the configured origin, or that of the listening address.
    ///   - isPublic: whether it was configured with `--public-url` and therefore appears in every document.
    ///   - advice: for requests with another `Host`.
    init(port: Int, configured: Origin, isPublic: Bool, advice: HostAdvice) {
        self.advice = advice
        self.port = port
        self.configured = configured
        self.isPublic = isPublic
        known = Dictionary(
            uniqueKeysWithValues: Self.names.map { name in
                ("\(name):\(port)", isPublic ? configured : Origin(scheme: "http", host: name, port: port))
            })
    }

    /// The reason for a refusal.
    enum Refusal: Error {
        case host(HostAdvice, port: Int)
        case origin
    }

    /// Returns the origin under which the request reached us: the configured one, otherwise by the client's `Host`.
    func origin(of request: HTTPRequest) throws(Refusal) -> Origin {
        guard let host = request.host, let origin = known[host] ?? origin(host: host) else {
            throw .host(advice, port: port)
        }
        let senders = request.fields["origin"]
        guard senders.count <= 1, senders.allSatisfy(isAllowed(origin:)) else { throw .origin }
        return origin
    }

    private func origin(host: String) -> Origin? {
        guard !host.hasSuffix("/"), let asked = Origin("http://\(host)"), isOurs(asked) else { return nil }
        return isPublic ? configured : asked
    }

    /// Whether a page of this origin may send requests: any port of this machine, and our own origin.
    func isAllowed(origin text: String) -> Bool {
        guard let origin = Origin(text), !text.hasSuffix("/") else { return false }
        return Self.isThisMachine(origin.host) || origin == configured
    }

    private func isOurs(_ asked: Origin) -> Bool {
        if isPublic, asked.host == configured.host { return true }
        return (Self.isThisMachine(asked.host) || asked.host == configured.host)
            && (asked.port == nil || asked.port == port)
    }

    private static func isThisMachine(_ host: String) -> Bool { names.contains(host) || URI.isLocalhost(host) }

    private static let names: Set = ["localhost", "127.0.0.1", "[::1]"]
}
