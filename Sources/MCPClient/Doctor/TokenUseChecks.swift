internal import MCPCore
internal import OAuth
internal import Primitives

/// Checks of tokens at the MCP server.
extension Doctor {
    /// Uses a new token, and a second time if it was refused.
    ///
    /// - Returns: whether it was accepted.
    func freshToken(_ visit: DoctorSession, _ diagnosis: inout Diagnosis) async throws -> Bool {
        let (first, why) = try await show(visit.accessToken, .listTools)
        guard first?.status == 401 else {
            if let first, first.status >= 500 { return try await freshTokenInHandshake(visit, why, &diagnosis) }
            let isTaken = first.map { $0.status != 403 || $0.wantsMoreScope } ?? false
            diagnosis.judge(.freshToken, isTaken, why)
            return isTaken
        }
        let (second, whyAgain) = try await show(visit.accessToken, .listTools)
        guard let second, ![401, 403].contains(second.status) else {
            diagnosis.fail(.freshToken, "it was refused twice: \(why), \(whyAgain)")
            return false
        }
        diagnosis.note(.freshToken, "the first request got \(why), the next one with the same token \(whyAgain)")
        return true
    }

    /// Uses a token in a handshake, at a server that fails on a revision newer than its own.
    private func freshTokenInHandshake(
        _ visit: DoctorSession, _ whyBefore: String, _ diagnosis: inout Diagnosis
    ) async throws -> Bool {
        let session = try await PlainSession(of: self, token: visit.accessToken, version: .november2025)
        try await session.end()
        diagnosis.judge(
            .freshToken, session.isOpen,
            session.isOpen
                ? "initialize gets \(session.greeting.why)" : "\(whyBefore), initialize \(session.greeting.why)")
        return session.isOpen
    }

    /// Calls an unknown tool with an invalid token.
    func badToken(_ diagnosis: inout Diagnosis) async throws {
        let (answer, why) = try await show(
            Secret("not-a-token"), .callTool, ["name": "no-such-tool", "arguments": [:]])
        let challenge = answer?.head.challenges.first { $0.scheme == Challenge.bearer }
        if answer?.status == 401, let challenge {
            // RFC 6750 §3.1 only recommends the error.
            diagnosis.pass(.badToken, "\(why), error \(challenge["error"] ?? "not said")")
        } else if diagnosis.hasFailed(.freshToken) {
            // A server that refuses valid tokens too may not have checked this one.
            diagnosis.skip(.badToken, because: .freshToken)
        } else if diagnosis.hasFailed(.challenge) {
            diagnosis.skip(.badToken, because: .challenge)
        } else {
            diagnosis.fail(.badToken, "\(why), \(challenge == nil ? "no challenge" : "a challenge")")
        }
    }

    /// Sends one raw request of the newest revision.
    func show(_ token: Secret, _ method: Method, _ params: JSONObject = [:]) async throws -> (WebResponse?, String) {
        try await show(token, ModernMessage(id: 1, method: method, params: params, version: .july2026))
    }

    /// Sends a raw message of the newest revision.
    func show(_ token: Secret, _ message: ModernMessage) async throws -> (WebResponse?, String) {
        let fields = message.fields + [WebRequest.authorization(token)]
        return try await fetch(WebRequest(.post, server.text, fields: fields, body: message.body))
    }
}

extension WebResponse {
    /// Whether the token was recognized and more scope is demanded (RFC 6750 §3.1).
    var wantsMoreScope: Bool { scopeChallenge != nil }

    /// The challenge that demands more scope.
    var scopeChallenge: Challenge? {
        guard status == 403 else { return nil }
        return head.challenges.first {
            $0.scheme == Challenge.bearer && $0["error"] == OAuthError.Code.insufficientScope.rawValue
        }
    }
}
