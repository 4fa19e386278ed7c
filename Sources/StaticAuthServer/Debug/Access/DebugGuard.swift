internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

/// Admits only programs on this machine, or requests with the debug token, to the debug features.
///
/// Without a token a request must come from this machine, for this machine, and without any sign of a proxy: a proxy
/// here is itself a peer on loopback. A proxy that adds no field and speaks HTTP/1.1, or a tunnel that forwards bytes,
/// cannot be told from a program on this machine; only a token keeps it out. With a token only the token counts, even
/// on loopback. A page in a browser must be our own, and has to show its token for every change.
struct DebugGuard: Sendable {
    /// The digest of the token; nil when being on this machine is enough.
    let token: Digest?
    /// The counts of wrong tokens.
    let throttle: Throttle
    let now: @Sendable () -> Instant
    /// The token of our own pages.
    let page = PageToken()

    /// The reason for a refusal.
    enum Refusal: Error {
        case elsewhere
        case token
        case tooManyTokens(retryAfterSeconds: Int64)
        case foreignPage
        case pageToken
    }

    /// Admits a request that has passed the guard of hosts and origins; counts each wrong token.
    func admit(_ request: HTTPRequest, origin: Origin) throws(Refusal) {
        try checkPage(request, origin)
        try checkAccess(request, origin)
        try checkPageToken(request)
    }

    private func checkAccess(_ request: HTTPRequest, _ origin: Origin) throws(Refusal) {
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

    /// Whether a request would be admitted, apart from the token of our pages; counts nothing.
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

    /// Demands the token of our pages for a change that a browser sends, which shows in these fields.
    private func checkPageToken(_ request: HTTPRequest) throws(Refusal) {
        let isOfPage = request.fields.contains("origin") || request.fields.contains("sec-fetch-site")
        guard !isOfPage || [.get, .head].contains(request.method) || page.isShown(by: request) else {
            throw .pageToken
        }
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

    /// Whether the answer may tell the client what its request was compared with.
    ///
    /// True for clients on this machine. The holder of the debug token reads it in the journal, because all other
    /// requests look the same.
    func mayKnowReasons(_ request: HTTPRequest) -> Bool {
        token == nil && isLocal(request)
    }

    /// The same for input that is not a request, which shows no sign of a proxy.
    func mayKnowReasons(peer: String) -> Bool {
        token == nil && Origin.isLoopback(host: peer)
    }

    private func isLocal(_ request: HTTPRequest) -> Bool {
        Origin.isLoopback(host: request.peer) && !request.showsProxy
    }
}
