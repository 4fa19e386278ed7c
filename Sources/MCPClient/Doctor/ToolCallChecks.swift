internal import MCPCore
internal import OAuth
internal import Primitives

/// Checks of one call of a harmless tool, and of the further scope that it may need.
extension Doctor {
    func toolCall(
        _ offer: Offer, _ visit: inout DoctorSession, _ agent: any AuthorizationAgent, _ diagnosis: inout Diagnosis
    ) async throws {
        guard let tool = offer.harmless else {
            for check in [DoctorCheck.scopeChallenge, .stepUp, .toolCall] {
                diagnosis.skip(check, "no tool says that it only reads, and no other is called")
            }
            return
        }
        try await visit.keepFresh()
        var (answer, why) = try await call(tool, offer.version, visit)
        if let challenge = answer?.scopeChallenge {
            guard try await stepUp(after: challenge, tool, &visit, agent, &diagnosis) else {
                return diagnosis.skip(.toolCall, because: .stepUp)
            }
            (answer, why) = try await call(tool, offer.version, visit)
            guard answer?.wantsMoreScope != true else {
                diagnosis.fail(.stepUp, "the scope '\(visit.scope)' is not enough either")
                return diagnosis.skip(.toolCall, because: .stepUp)
            }
            diagnosis.pass(.stepUp, "'\(visit.scope)' was granted")
        } else {
            diagnosis.pass(.scopeChallenge, "no more is demanded")
            diagnosis.pass(.stepUp, "no more is demanded")
        }
        let fault = answer.map { Self.fault(in: $0, of: tool, offer.version, why) } ?? why
        diagnosis.judge(.toolCall, fault == nil, "\(tool.name) answers with \(fault ?? why)")
    }

    /// The mistake in the answer to a call.
    ///
    /// Wrong arguments do not matter: a JSON-RPC error is an answer too.
    private static func fault(
        in answer: WebResponse, of tool: RemoteTool, _ version: ProtocolVersion, _ why: String
    ) -> String? {
        let id: JSONValue = version.era == .legacy ? 2 : 1
        if answer.error(of: id) != nil || answer.json?[Member.error]?.object != nil { return nil }
        guard answer.head.isSuccess, let result = answer.result(of: id) else {
            return "\(why) and no message that answers the call"
        }
        guard result["content"]?.array != nil else { return "a result without content" }
        // MCP 2025-03-26 has no structured content.
        guard result["isError"]?.bool != true, version != .march2025 else { return nil }
        return tool.warnings(about: result).first.map { "\(why). \($0)" }
    }

    private func call(
        _ tool: RemoteTool, _ version: ProtocolVersion, _ visit: DoctorSession
    ) async throws -> (WebResponse?, String) {
        let params: JSONObject = ["name": .string(tool.name), "arguments": [:]]
        guard version.era == .legacy else { return try await show(visit.accessToken, .callTool, params) }
        let session = try await PlainSession(of: self, token: visit.accessToken, version: version)
        guard session.isOpen else { return (nil, "no second handshake: \(session.greeting.why)") }
        let answer = try await session.ask(Method.callTool.rawValue, params)
        try await session.end()
        return answer
    }

    /// Logs in once more, for the scopes so far and the missing one.
    ///
    /// - Returns: whether the missing scope was granted.
    private func stepUp(
        after challenge: Challenge, _ tool: RemoteTool, _ visit: inout DoctorSession, _ agent: any AuthorizationAgent,
        _ diagnosis: inout Diagnosis
    ) async throws -> Bool {
        let missing = Scope((challenge["scope"] ?? "").split(separator: " ").map(String.init))
        let granted = visit.scope.meaningful
        let seen = "\(tool.name) demands '\(missing)' of a token with '\(granted)'"
        if missing.covers(granted) && !missing.tokens.isEmpty {
            diagnosis.pass(.scopeChallenge, seen)
        } else {
            diagnosis.note(.scopeChallenge, "\(seen), so that asking for it alone loses the rest")
        }
        visit.asked = ScopeChoice(found: visit.found.server, wished: granted, before: visit.asked)
            .scope(adding: missing)
        do {
            let (attempt, code) = try await code(visit, agent)
            visit.begin(try await visit.tokenEndpoint.redeem(code, of: attempt))
        } catch let error as ClientError {
            let seen = "asked for '\(visit.asked ?? missing)': \(error.problem)"
            // A person may refuse; a server that does not know the scope it demands is wrong.
            if error.code == OAuthError.Code.accessDenied.rawValue {
                diagnosis.note(.stepUp, seen)
            } else {
                diagnosis.fail(.stepUp, seen)
            }
            return false
        }
        if visit.scope.covers(missing) { return true }
        diagnosis.note(
            .stepUp,
            "'\(visit.asked ?? missing)' was asked for, '\(visit.scope)' was granted; asking again is no use")
        return false
    }
}

extension Scope {
    /// The scope without `offline_access`, which servers return or omit.
    var meaningful: Scope { Scope(tokens.filter { $0 != Scope.offlineAccess }) }
}
