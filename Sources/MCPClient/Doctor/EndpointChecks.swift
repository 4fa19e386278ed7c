internal import MCP
internal import OAuth

extension Doctor {
    /// Speaks each revision with a good token, then once with a bad one.
    func endpoint(_ token: Secret, _ diagnosis: inout Diagnosis) async throws {
        var modernWorks = false
        for (check, version) in [
            (DoctorCheck.modern, ProtocolVersion.july2026), (.november, .november2025), (.june, .june2025),
            (.march, .march2025),
        ] {
            do {
                let connection = try connection(token, version)
                let facts = try await connection.facts()
                diagnosis.add(check, .passed, "answered as \(facts.version.rawValue)")
                modernWorks = modernWorks || version == .july2026
                if !diagnosis.findings.contains(where: { $0.check == .toolCall }) {
                    let (tools, warnings) = try await connection.tools()
                    diagnosis.judge(.toolCall, warnings.isEmpty, warnings.first ?? "\(tools.count) tools")
                }
                await connection.close()
            } catch let error as RemoteError {
                diagnosis.add(check, .note, error.description)
            } catch let error as ClientError {
                // A server need not serve every revision; refusing a good token is another matter.
                diagnosis.add(check, error.code == "401" ? .failed : .note, error.problem)
            }
        }
        try await badToken(&diagnosis)
        try await unknownSession(token, &diagnosis)
    }

    private func connection(_ token: Secret, _ version: ProtocolVersion) throws -> MCPConnection {
        let nowhere = TokenStore(directory: "/nonexistent")
        let access = try ServerAccess(server: server.text, web: web, store: nowhere, agent: nil)
        var options = MCPConnection.Options()
        options.era = .version(version)
        options.fields = [("Authorization", "Bearer \(token.reveal())")]
        return MCPConnection(web: web, access: access, store: nil, options: options)
    }

    private func badToken(_ diagnosis: inout Diagnosis) async throws {
        let probe = ModernMessage(id: 1, method: .listTools, params: [:], version: .july2026)
        let fields = probe.fields + [(name: "Authorization", value: "Bearer not-a-token")]
        let (answer, why) = try await fetch(WebRequest(.post, server.text, fields: fields, body: probe.body))
        let error = answer?.head.challenges.first { $0.scheme == Challenge.bearer }?["error"]
        diagnosis.judge(
            .badToken, answer?.status == 401 && error == OAuthError.Code.invalidToken.rawValue,
            "\(why), error \(error ?? "none")")
    }

    private func unknownSession(_ token: Secret, _ diagnosis: inout Diagnosis) async throws {
        let isStateful = diagnosis.findings.contains { $0.check == .november && $0.outcome == .passed }
        guard isStateful else { return }
        let session = LegacyMessage.Session(version: .november2025, id: "no-such-session")
        let fields =
            ModernMessage.commonFields + session.fields + [(name: "Authorization", value: "Bearer \(token.reveal())")]
        let body = LegacyMessage.body(id: 1, method: Method.listTools.rawValue, params: [:])
        let (answer, why) = try await fetch(WebRequest(.post, server.text, fields: fields, body: body))
        diagnosis.judge(.unknownSession, answer?.status == 404, why)
    }
}
