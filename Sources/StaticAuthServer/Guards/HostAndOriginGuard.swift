internal import HTTPEdge

/// Lets only requests pass that were meant for this server and come from no foreign page.
///
/// It stands before everything else, on every path. A page of an attacker whose name resolves to 127.0.0.1 (DNS
/// rebinding) shows in `Host`; a foreign page that posts here shows in `Origin` (MCP 2026-07-28, Streamable HTTP, "Security
/// & Endpoint").
struct HostAndOriginGuard: Sendable {
    /// The port that loopback hosts are reached at; they may also leave it out.
    let port: Int
    /// The configured origin, or that of the address listened on; nil when only loopback names are known.
    let configured: Origin?
    /// Whether `configured` was given with `--public-url` and therefore stands in every document.
    let isPublic: Bool

    /// Why a request was stopped.
    enum Refusal: Error {
        case host
        case origin
    }

    /// Returns the origin under which the request reached us: the configured one, else as the client spelled the host.
    func origin(of request: HTTPRequest) throws(Refusal) -> Origin {
        guard let host = request.host, let asked = Origin("http://\(host)"), isOurs(asked) else { throw .host }
        let origins = request.fields["origin"]
        guard origins.count <= 1, origins.allSatisfy(isAllowed(origin:)) else { throw .origin }
        if isPublic, let configured { return configured }
        return asked
    }

    /// Whether a page of this origin may talk to us: any port of this machine, and our own origin.
    func isAllowed(origin text: String) -> Bool {
        guard let origin = Origin(text), !text.hasSuffix("/") else { return false }
        return Self.names.contains(origin.host) || origin == configured
    }

    private func isOurs(_ asked: Origin) -> Bool {
        if isPublic, asked.host == configured?.host { return true }
        return (Self.names.contains(asked.host) || asked.host == configured?.host)
            && (asked.port == nil || asked.port == port)
    }

    private static let names: Set = ["localhost", "127.0.0.1", "[::1]"]
}
