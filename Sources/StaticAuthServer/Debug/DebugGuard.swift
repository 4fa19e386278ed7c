internal import HTTPEdge
internal import OAuth

/// Lets only the person at this machine, or someone with the debug token, see and change what debugging offers.
///
/// Without a token a request has to come from this machine, for this machine, and not through a proxy: a proxy here is
/// itself a peer on loopback, and would let everybody in. With a token nothing else counts but the token. A page in a
/// browser may only be our own.
struct DebugGuard: Sendable {
    /// The digest of the token; nil when this machine is proof enough.
    let token: Digest?

    /// Why a request was stopped.
    enum Refusal: Error {
        case elsewhere
        case token
        case foreignPage
    }

    /// Checks a request that has passed the guard of hosts and origins.
    func check(_ request: HTTPRequest, origin: Origin) throws(Refusal) {
        if let sender = request.fields.first("origin"), sender != origin.text { throw .foreignPage }
        guard ["same-origin", "none", nil].contains(request.fields.first("sec-fetch-site")) else { throw .foreignPage }
        if let token {
            let presented = (try? BearerToken.parse(request.fields["authorization"])) ?? nil
            guard presented?.digest == token else { throw .token }
        } else {
            guard isLocal(request), origin.isLoopback else { throw .elsewhere }
        }
    }

    /// Whether who sent a request may be told in the answer what it was compared with.
    ///
    /// That is the person at this machine. Who has the debug token reads it in the journal, for everybody else's requests
    /// look the same.
    func mayKnowReasons(_ request: HTTPRequest) -> Bool {
        token == nil && isLocal(request)
    }

    /// The same for what never became a request, which tells nothing of a proxy.
    func mayKnowReasons(peer: String) -> Bool {
        token == nil && Origin.isLoopback(host: peer)
    }

    private func isLocal(_ request: HTTPRequest) -> Bool {
        Origin.isLoopback(host: request.peer) && !Self.cameThroughProxy(request)
    }

    /// What a proxy adds to a request.
    private static func cameThroughProxy(_ request: HTTPRequest) -> Bool {
        ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"].contains {
            !request.fields[$0].isEmpty
        }
    }
}
