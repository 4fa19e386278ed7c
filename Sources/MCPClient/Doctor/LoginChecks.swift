internal import MCP
internal import OAuth

extension Doctor {
    /// Logs in, looks at the tokens, refreshes once, and returns an access token.
    func login(_ found: Found, _ diagnosis: inout Diagnosis) async throws -> Secret? {
        guard let agent, let client else { return nil }
        let code: Secret
        let attempt: AuthorizationAttempt
        do {
            let (made, answer) = try await agent.authorize { redirectURI in
                AuthorizationAttempt(
                    issuer: found.issuer, client: client, redirectURI: redirectURI, resource: found.resource,
                    scope: found.scope)
            }
            attempt = made
            diagnosis.add(.login, .passed, "an answer came back")
            code = try CallbackCheck(attempt: attempt).code(answer)
            diagnosis.add(.authorizationResponse, .passed, "both are right")
        } catch let error as ClientError {
            let isAnswer = ["iss", "state", "repeated"].contains(error.code)
            if !isAnswer || !diagnosis.findings.contains(where: { $0.check == .login }) {
                diagnosis.add(.login, .failed, error.problem)
            }
            if isAnswer { diagnosis.add(.authorizationResponse, .failed, error.problem) }
            return nil
        }
        let endpoint = TokenEndpoint(web: web, issuer: found.issuer, client: client)
        let tokens: TokenAnswer
        do {
            tokens = try await endpoint.redeem(code, of: attempt)
            diagnosis.add(.token, .passed, "scope \(tokens.scope?.description ?? "not said")")
        } catch let error as ClientError {
            diagnosis.add(.token, .failed, error.problem)
            return nil
        }
        diagnosis.judge(
            .tokenLifetime, tokens.lifetime != nil,
            tokens.lifetime.map { "\($0.inSeconds) seconds" } ?? "missing, or no such number")
        try await methods(found, client, &diagnosis)
        return try await refresh(tokens, found, endpoint, &diagnosis)
    }

    /// Tries each announced method with a code that nobody issued: `invalid_grant` means that the client was let in.
    private func methods(_ found: Found, _ client: ClientIdentity, _ diagnosis: inout Diagnosis) async throws {
        guard client.secret != nil else { return }
        var refused: [String] = []
        for method in found.issuer.tokenMethods ?? [ClientAuthenticationMethod.basic.rawValue] {
            guard let known = ClientAuthenticationMethod(rawValue: method), known != .none else { continue }
            let endpoint = TokenEndpoint(web: web, issuer: found.issuer, client: client)
            if try await endpoint.isRefused(by: known) { refused.append(method) }
        }
        diagnosis.judge(
            .tokenMethods, refused.isEmpty,
            refused.isEmpty ? "they do" : "announced but refused: \(refused.joined(separator: ", "))")
    }

    private func refresh(
        _ tokens: TokenAnswer, _ found: Found, _ endpoint: TokenEndpoint, _ diagnosis: inout Diagnosis
    ) async throws -> Secret {
        guard let token = tokens.refreshToken else {
            diagnosis.add(.refresh, .note, "there is no refresh token; people log in again when the token ends")
            return tokens.accessToken
        }
        do {
            let renewed = try await endpoint.refresh(token, resource: found.resource, scope: tokens.scope)
            diagnosis.add(.refresh, .passed, renewed.refreshToken == nil ? "without rotation" : "with rotation")
            let (before, after) = (tokens.scope ?? Scope([]), renewed.scope ?? Scope([]))
            diagnosis.judge(.refreshScope, after.covers(before), "before '\(before)', after '\(after)'")
            return renewed.accessToken
        } catch let error as ClientError {
            diagnosis.add(.refresh, .failed, error.problem)
            return tokens.accessToken
        }
    }
}
