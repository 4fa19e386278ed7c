internal import MCPCore
internal import OAuth
internal import Primitives

/// Checks of the sessions of the revisions before 2026-07-28.
extension Doctor {
    /// Calls a tool in a session, then ends a session and uses it again.
    func sessions(_ offer: Offer?, _ visit: inout DoctorSession, _ diagnosis: inout Diagnosis) async throws {
        guard let version = Self.handshakeVersion(diagnosis) else { return }
        try await visit.keepFresh()
        let session = try await PlainSession(of: self, token: visit.accessToken, version: version)
        guard session.isOpen else {
            for check in [DoctorCheck.session, .endedSession] { diagnosis.skip(check, because: .handshake) }
            return
        }
        guard session.session.id != nil else {
            for check in [DoctorCheck.session, .endedSession] { diagnosis.pass(check, "the server keeps no sessions") }
            return
        }
        let call = try await called(offer?.harmless, in: session)
        try await session.end()
        try await endedSession(visit.accessToken, version, &diagnosis)
        switch call.status {
        case 404?:
            diagnosis.note(.session, "the first tool call gets status 404, which asks for a new initialize")
        case 400? where diagnosis.hasFailed(.endedSession):
            diagnosis.skip(.session, because: .endedSession)
        default: diagnosis.judge(.session, call.status != nil, call.why)
        }
    }

    /// The answer to a call in a session; to a list of the tools where no tool may be called.
    private func called(
        _ tool: RemoteTool?, in session: PlainSession
    ) async throws -> (status: Int?, why: String) {
        let (answer, why) =
            if let tool {
                try await session.ask(Method.callTool.rawValue, ["name": .string(tool.name), "arguments": [:]])
            } else {
                try await session.ask(Method.listTools.rawValue)
            }
        return (answer?.status, why)
    }

    private func endedSession(
        _ token: Secret, _ version: ProtocolVersion, _ diagnosis: inout Diagnosis
    ) async throws {
        let session = try await PlainSession(of: self, token: token, version: version)
        guard session.session.id != nil else {
            return diagnosis.fail(.endedSession, "no second session can be opened")
        }
        let (ended, whyEnded) = try await session.end()
        guard ended?.head.isSuccess == true else {
            let isRefused = ended.map { (400..<500).contains($0.status) } ?? false
            return diagnosis.judge(.endedSession, isRefused, "the server alone ends sessions: DELETE gets \(whyEnded)")
        }
        let (answer, why) = try await session.ask(Method.listTools.rawValue)
        diagnosis.judge(.endedSession, answer?.status == 404, why)
    }
}
