internal import HTTPEdge
internal import OAuth
internal import Primitives

extension BearerGuard.Refusal: ProblemConvertible {
    /// A challenge; RFC 6750 §3.
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        var problem =
            if let error {
                Problem(Problem.status(of: error.code), error)
            } else {
                Problem(
                    .unauthorized, "unauthorized",
                    "Send an access token. The WWW-Authenticate header says how to get one.", explanation)
            }
        problem.bearer = BearerChallenge(
            error: error, scope: scope, resourceMetadata: origin + Path.protectedResourceMetadata)
        return problem
    }
}

extension HostAndOriginGuard.Refusal: ProblemConvertible {
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        switch self {
        case .host(let advice, let port):
            Problem(
                .forbidden, "invalid_host",
                "This Host is not served. Use localhost, a name under .localhost, 127.0.0.1 or [::1], or start the server "
                    + "with \(wording[.publicURL]) (and \(wording[.host]) without https).",
                Explanation(
                    expected:
                        "a Host of localhost, a name under .localhost, 127.0.0.1 or [::1] with this server's port, "
                        + "or of \(public: wording[.publicURL])",
                    received: "Host: \(public: request.host ?? "none")", hint: advice.hint(request, port: port)))
        case .origin:
            Problem(
                .forbidden, "invalid_origin",
                "Pages of this Origin may not use this server. Allowed are pages on this machine and of "
                    + "\(wording[.publicURL]).",
                Explanation(
                    expected: "no Origin, one of this machine, or that of \(public: wording[.publicURL])",
                    received: request.fields.said("Origin"),
                    hint: request.fields.repetition(of: "Origin") ?? hint(ofOrigin: request.fields.first("origin"))))
        }
    }

    private func hint(ofOrigin text: String?) -> SafeText? {
        switch text {
        case nil: return nil
        case "": return "The header has no value. A client that is no page leaves it out."
        case "null": return "A page from a file or a sandbox has the origin null. Serve it from localhost."
        case let text?:
            guard let origin = Origin(text) else {
                return
                    "An Origin is a scheme, a host and perhaps a port: http://localhost:3000. A client that is no page "
                    + "leaves the header out."
            }
            if text.hasSuffix("/") { return "An Origin has no slash at its end." }
            if origin.host.hasSuffix(".") { return "Leave out the dot at the end of the name." }
            return HostAdvice.spelling(ofThisMachine: origin.host) == nil
                ? nil : "Open the page at localhost or 127.0.0.1: other addresses of this machine are not allowed."
        }
    }
}
