internal import HTTPEdge
internal import MCP
internal import OAuth
internal import OAuthServer

/// Lets only requests pass that carry an access token for this resource, with the base scope.
///
/// RFC 6750 §2.1 and §3, RFC 9728 §5.1. It asks for each request anew; a session is never a proof of anything.
struct BearerGuard: Sendable {
    let tokens: AccessTokenCheck
    let baseScope: Scope

    /// What a request is allowed to do, and how to see later whether it still is.
    struct Pass: Sendable {
        let token: Secret
        let record: AccessTokenRecord
    }

    /// Why a request was stopped, as a challenge.
    struct Refusal: Error {
        let error: OAuthError?
        let scope: Scope
    }

    /// Checks a request.
    ///
    /// - Throws: ``Refusal``; whatever the store throws.
    func check(_ request: HTTPRequest) async throws -> Pass {
        do {
            try refuseTokenInQuery(request)
            guard let token = try BearerToken.parse(request.fields["authorization"]) else {
                throw Refusal(error: nil, scope: baseScope)
            }
            let record = try await tokens.check(token)
            guard record.scope.covers(baseScope) else {
                throw OAuthError(.insufficientScope, "The access token lacks the scope that every request here needs.")
            }
            return Pass(token: token, record: record)
        } catch let error as OAuthError {
            throw Refusal(error: error, scope: baseScope)
        }
    }

    /// Whether a token that passed before would pass now.
    ///
    /// - Throws: whatever the store throws.
    func isStillValid(_ pass: Pass) async throws -> Bool {
        do {
            _ = try await tokens.check(pass.token)
            return true
        } catch is OAuthError {
            return false
        }
    }

    /// OAuth 2.1 §5.1: a token in a URL ends up in logs and histories, so it is never taken from there.
    private func refuseTokenInQuery(_ request: HTTPRequest) throws(OAuthError) {
        let name = ParameterName.accessToken.rawValue
        let fields = request.query?.split(separator: "&") ?? []
        guard fields.contains(where: { $0 == name || $0.hasPrefix(name + "=") }) else { return }
        throw OAuthError(.invalidRequest, "Send the access token in the Authorization header, never in the URL.")
    }

    /// The answer to a request that was stopped.
    static func response(to refusal: Refusal, origin: Origin) -> HTTPResponse {
        let challenge = BearerChallenge(
            error: refusal.error, scope: refusal.scope,
            resourceMetadata: origin.text + Path.protectedResourceMetadata)
        var response =
            refusal.error.map { Responses.json(ErrorResponses.status(of: $0.code), $0.document) }
            ?? ErrorResponses.plain(
                .unauthorized, "unauthorized", "Send an access token. The WWW-Authenticate header says how to get one.")
        response.fields.append("WWW-Authenticate", challenge.headerValue)
        return response
    }
}
