internal import HTTPEdge

/// Lets only requests pass that were meant for this server and come from no foreign page.
///
/// It stands before everything else, on every path. A page of an attacker whose name resolves to 127.0.0.1 (DNS
/// rebinding) shows in `Host`; a foreign page that posts here shows in `Origin` (MCP 2026-07-28, Streamable HTTP,
/// "Security & Endpoint").
final class HostAndOriginGuard: Sendable {
    private let port: Int
    private let configured: Origin
    private let isPublic: Bool
    /// What nearly every request's `Host` is, and what follows from it.
    private let known: [String: Origin]

    /// Makes the guard of a server.
    ///
    /// - Parameters:
    ///   - port: the port that our hosts are reached at; a client may also leave it out.
    ///   - configured: the configured origin, or that of the address listened on.
    ///   - isPublic: whether it was configured with `--public-url` and therefore stands in every document.
    init(port: Int, configured: Origin, isPublic: Bool) {
        self.port = port
        self.configured = configured
        self.isPublic = isPublic
        known = Dictionary(
            uniqueKeysWithValues: Self.names.map { name in
                ("\(name):\(port)", isPublic ? configured : Origin(scheme: "http", host: name, port: port))
            })
    }

    /// Why a request was stopped.
    enum Refusal: Error {
        case host
        case origin
    }

    /// Returns the origin under which the request reached us: the configured one, else as the client spelled the host.
    func origin(of request: HTTPRequest) throws(Refusal) -> Origin {
        guard let host = request.host, let origin = known[host] ?? origin(host: host) else { throw .host }
        let senders = request.fields["origin"]
        guard senders.count <= 1, senders.allSatisfy(isAllowed(origin:)) else { throw .origin }
        return origin
    }

    private func origin(host: String) -> Origin? {
        guard !host.hasSuffix("/"), let asked = Origin("http://\(host)"), isOurs(asked) else { return nil }
        return isPublic ? configured : asked
    }

    /// Whether a page of this origin may talk to us: any port of this machine, and our own origin.
    func isAllowed(origin text: String) -> Bool {
        guard let origin = Origin(text), !text.hasSuffix("/") else { return false }
        return Self.names.contains(origin.host) || origin == configured
    }

    private func isOurs(_ asked: Origin) -> Bool {
        if isPublic, asked.host == configured.host { return true }
        return (Self.names.contains(asked.host) || asked.host == configured.host)
            && (asked.port == nil || asked.port == port)
    }

    private static let names: Set = ["localhost", "127.0.0.1", "[::1]"]
}
