internal import MCP
internal import OAuth

/// The revisions of MCP.
extension Doctor {
    /// The tools of a server, and the revision in which they were listed.
    struct Offer {
        let version: ProtocolVersion
        let tools: [RemoteTool]

        /// A tool that says of itself that it changes nothing, neither here nor elsewhere.
        var harmless: RemoteTool? {
            tools.first { tool in
                let hints = tool.definition["annotations"]?.object
                return hints?["readOnlyHint"] == true && hints?["openWorldHint"] == false
            }
        }
    }

    /// Speaks each revision, and lists the tools in the first that works.
    func revisions(_ visit: inout Visit, _ diagnosis: inout Diagnosis) async throws -> Offer? {
        var offer: Offer?
        for (check, version) in [
            (DoctorCheck.modern, ProtocolVersion.july2026), (.november, .november2025), (.june, .june2025),
            (.march, .march2025),
        ] {
            try await visit.keepFresh()
            do {
                let connection = try connection(visit.accessToken, version)
                let facts = try await connection.facts()
                diagnosis.pass(check, "answered as \(facts.version.rawValue)")
                if offer == nil {
                    let (tools, warnings) = try await connection.tools()
                    diagnosis.judge(.tools, warnings.isEmpty, warnings.first ?? "\(tools.count) tools")
                    offer = Offer(version: version, tools: tools)
                }
                await connection.close()
            } catch let error as RemoteError {
                diagnosis.note(check, error.description)
            } catch let error as ClientError {
                // A server need not serve every revision; refusing a good token or falling over is another matter.
                if error.code == "401" || error.kind == .network {
                    diagnosis.fail(check, error.problem)
                } else {
                    diagnosis.note(check, error.problem)
                }
            }
        }
        guard offer == nil else { return offer }
        if let broken = [DoctorCheck.modern, .november, .june, .march].first(where: diagnosis.hasFailed) {
            diagnosis.skip(.tools, because: broken)
        } else {
            diagnosis.fail(.tools, "no revision is served")
        }
        return nil
    }

    private func connection(_ token: Secret, _ version: ProtocolVersion) throws -> MCPConnection {
        let nowhere = TokenStore(directory: "/nonexistent")
        let access = try ServerAccess(server: server.text, web: web, store: nowhere, agent: nil)
        var options = MCPConnection.Options()
        options.era = .version(version)
        options.fields = [("Authorization", "Bearer \(token.reveal())")]
        options.patience = Patience(idle: web.limits.timeout, total: web.limits.timeout)
        return MCPConnection(web: web, access: access, store: nil, options: options)
    }
}
