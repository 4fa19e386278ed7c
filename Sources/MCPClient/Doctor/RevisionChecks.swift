internal import MCPCore
internal import OAuth
internal import Primitives

/// Checks of the revisions of MCP.
extension Doctor {
    /// The tools of a server, and the revision in which they were listed.
    struct Offer {
        let version: ProtocolVersion
        let tools: [RemoteTool]

        /// A tool that declares itself read-only and closed-world.
        var harmless: RemoteTool? {
            tools.first { tool in
                let hints = tool.definition["annotations"]?.object
                return hints?["readOnlyHint"] == true && hints?["openWorldHint"] == false
            }
        }
    }

    private static let revisions: [(check: DoctorCheck, version: ProtocolVersion)] = [
        (.modern, .july2026), (.november, .november2025), (.june, .june2025), (.march, .march2025),
    ]

    /// The newest revision with a handshake that the server was found to support.
    static func handshakeVersion(_ diagnosis: Diagnosis) -> ProtocolVersion? {
        revisions.first { $0.version.era == .legacy && diagnosis.outcome(of: $0.check) == .passed }?.version
    }

    /// Tries each revision, and lists the tools in the first that works.
    func revisions(_ visit: inout DoctorSession, _ diagnosis: inout Diagnosis) async throws -> Offer? {
        var offer: Offer?
        for (check, version) in Self.revisions {
            try await visit.keepFresh()
            let connection = try connection(visit.accessToken, version)
            do {
                let info = try await connection.serverInfo()
                diagnosis.pass(check, "answered as \(info.version.rawValue)")
                if diagnosis.outcome(of: .tools) == nil {
                    offer = try await self.offer(connection, info, &diagnosis)
                }
            } catch let error as RemoteError {
                diagnosis.note(check, error.description)
            } catch let error as ClientError {
                // A server need not support every revision, but must not refuse a valid token or crash.
                if error.code == "401" || error.kind == .network {
                    diagnosis.fail(check, error.problem)
                } else {
                    diagnosis.note(check, error.problem)
                }
            }
            await connection.close()
        }
        guard diagnosis.outcome(of: .tools) == nil else { return offer }
        if let broken = Self.revisions.map(\.check).first(where: diagnosis.hasFailed) {
            diagnosis.skip(.tools, because: broken)
        } else {
            diagnosis.fail(.tools, "no revision is served")
        }
        return nil
    }

    /// Lists the tools; nil when that fails.
    private func offer(
        _ connection: MCPConnection, _ info: ServerInfo, _ diagnosis: inout Diagnosis
    ) async throws -> Offer? {
        let isAnnounced = info.capabilities.given("tools") != nil
        do {
            let list = try await connection.toolList()
            let faults =
                (isAnnounced || list.tools.isEmpty ? [] : ["there are tools, but no such capability is announced"])
                + list.unusable.map { "the tool '\($0.name)' cannot be used: \($0.problem)" }
                + list.tools.flatMap { $0.faults(in: info.version) }
            let count = "\(list.tools.count) tools"
            if !faults.isEmpty {
                diagnosis.fail(.tools, faults.prefix(3).joined(separator: "; "))
            } else if !list.oddities.isEmpty {
                diagnosis.note(.tools, "\(count). \(list.oddities.joined(separator: " "))")
            } else {
                diagnosis.pass(.tools, count)
            }
            return Offer(version: info.version, tools: list.tools)
        } catch is RemoteError where !isAnnounced {
            diagnosis.pass(.tools, "the server offers none")
            return Offer(version: info.version, tools: [])
        } catch let error as RemoteError {
            diagnosis.fail(.tools, error.description)
        } catch let error as ClientError where [.authorizationRequired, .authorizationRefused].contains(error.kind) {
            // Even listing the tools may need more scope.
            if error.code == "401" {
                diagnosis.fail(.tools, error.problem)
            } else {
                diagnosis.note(.tools, error.problem)
            }
        } catch let error as ClientError {
            diagnosis.fail(.tools, error.problem)
        }
        return nil
    }

    private func connection(_ token: Secret, _ version: ProtocolVersion) throws -> MCPConnection {
        let access = try ServerAccess(server: server.text, web: web, store: nil, agent: nil)
        var options = MCPConnection.Options()
        options.era = .version(version)
        options.fields = [WebRequest.authorization(token)]
        options.timeouts = Timeouts(idle: web.limits.timeout, total: web.limits.timeout)
        return MCPConnection(web: web, access: access, store: nil, options: options)
    }
}

extension RemoteTool {
    /// Members of definitions that strict clients reject: one such tool costs them the whole list.
    func faults(in version: ProtocolVersion) -> [String] {
        let mayBeAnything = version.era == .modern
        return ["inputSchema", "outputSchema"].compactMap { member in
            let schema = definition[member]
            if member == "outputSchema", schema == nil || mayBeAnything && schema?.object != nil { return nil }
            guard let object = schema?.object else {
                return "the tool '\(name)' has no \(member)" + (schema == nil ? "" : " that is an object")
            }
            return object["type"] == "object" ? nil : "the \(member) of the tool '\(name)' lacks \"type\": \"object\""
        }
    }
}
