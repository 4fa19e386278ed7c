internal import Primitives
internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// Lets only programs on this machine, or requests with the debug token, see and change what debugging offers.
///
/// Without a token a request has to come from this machine, for this machine, and show no sign of a proxy: a proxy here
/// is itself a peer on loopback. A proxy that adds no field and speaks HTTP/1.1, or a tunnel that forwards bytes,
/// cannot be distinguished from a program on this machine; only a token keeps it out. With a token only the token
/// counts, on loopback as elsewhere. A page in a browser may only be our own.
struct DebugGuard: Sendable {
    /// The digest of the token; nil when this machine is proof enough.
    let token: Digest?
    /// Who has sent wrong tokens.
    let throttle: Throttle
    let now: @Sendable () -> Instant

    /// Why a request was stopped.
    enum Refusal: Error {
        case elsewhere
        case token
        case tooManyTokens(retryAfterSeconds: Int64)
        case foreignPage
    }

    /// Lets a request pass that has passed the guard of hosts and origins; counts each wrong token.
    func admit(_ request: HTTPRequest, origin: Origin) throws(Refusal) {
        try checkPage(request, origin)
        guard token != nil, presentedToken(request) != nil else { return try checkProof(request, origin) }
        let attempt: Throttle.Attempt
        do throws(TooManyAttempts) {
            attempt = try throttle.begin(.debugToken, name: "", network: request.network, at: now())
        } catch {
            throw .tooManyTokens(retryAfterSeconds: error.retryAfterSeconds)
        }
        try checkProof(request, origin)
        throttle.succeed(attempt)
    }

    /// Whether a request is one that passes; counts nothing.
    func allows(_ request: HTTPRequest, origin: Origin) -> Bool {
        do throws(Refusal) {
            try checkPage(request, origin)
            try checkProof(request, origin)
            return true
        } catch {
            return false
        }
    }

    private func checkPage(_ request: HTTPRequest, _ origin: Origin) throws(Refusal) {
        let senders = request.fields["origin"]
        guard senders.allSatisfy({ $0 == origin.text }) else { throw .foreignPage }
        let sites = request.fields["sec-fetch-site"]
        guard sites.allSatisfy(["same-origin", "none"].contains) else { throw .foreignPage }
    }

    private func checkProof(_ request: HTTPRequest, _ origin: Origin) throws(Refusal) {
        if let token {
            guard presentedToken(request)?.digest == token else { throw .token }
        } else {
            guard isLocal(request), origin.isLoopback else { throw .elsewhere }
        }
    }

    private func presentedToken(_ request: HTTPRequest) -> Secret? {
        (try? BearerToken.parse(request.fields["authorization"])) ?? nil
    }

    /// Whether who sent a request may be told in the answer what it was compared with.
    ///
    /// That is the person at this machine. Who has the debug token reads it in the journal, for everybody else's
    /// requests look the same.
    func mayKnowReasons(_ request: HTTPRequest) -> Bool {
        token == nil && isLocal(request)
    }

    /// The same for what never became a request, which tells nothing of a proxy.
    func mayKnowReasons(peer: String) -> Bool {
        token == nil && Origin.isLoopback(host: peer)
    }

    private func isLocal(_ request: HTTPRequest) -> Bool {
        Origin.isLoopback(host: request.peer) && !request.showsProxy
    }
}
