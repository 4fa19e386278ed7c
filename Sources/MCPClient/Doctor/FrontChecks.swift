internal import MCP
internal import OAuth

/// What can be seen of the authorization server without logging in.
extension Doctor {
    /// Asks to register nobody: an empty request is refused by everyone, and the manner tells whether it is closed.
    func registration(_ found: Found, _ diagnosis: inout Diagnosis) async throws {
        let member = found.document[AuthorizationServerMetadata.MemberName.registrationEndpoint.rawValue]
        guard let member else { return diagnosis.add(.registration, .passed, "none is announced") }
        guard let endpoint = member.string else {
            return diagnosis.add(.registration, .failed, "registration_endpoint is no URL")
        }
        let (answer, why) = try await fetch(
            WebRequest(.post, endpoint, fields: [("Content-Type", "application/json")], body: Array("{}".utf8)))
        let isOpen = answer.map { [200, 201, 400].contains($0.status) } ?? false
        diagnosis.judge(.registration, isOpen, "\(endpoint) answers with \(why)")
    }

    /// Asks as a page on this machine would.
    func cors(_ found: Found, _ diagnosis: inout Diagnosis) async throws {
        let origin = "http://localhost:6274"
        let preflight = WebRequest(
            .options, server.text,
            fields: [
                ("Origin", origin), ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "authorization,content-type,mcp-protocol-version"),
            ])
        let (answer, why) = try await fetch(preflight)
        let allowed = answer?.head.first("access-control-allow-origin")
        diagnosis.judge(
            .cors, answer?.head.isSuccess == true && allowed != nil,
            "the preflight of /mcp gets \(why), allowed is \(allowed ?? "nobody")")
        let probe = ModernMessage(id: 1, method: .discover, params: [:], version: .july2026)
        let request = WebRequest(.post, server.text, fields: probe.fields + [("Origin", origin)], body: probe.body)
        let exposed = try await fetch(request).0?.head.first("access-control-expose-headers")?.lowercased() ?? ""
        let missing = ["www-authenticate", "mcp-session-id"].filter { !exposed.contains($0) && exposed != "*" }
        if allowed != nil {
            diagnosis.judge(
                .exposedHeaders, missing.isEmpty,
                missing.isEmpty ? "they are exposed" : "not exposed: \(missing.joined(separator: ", "))")
        }
    }

    /// Sends authorization requests for two ports of one redirect URI, and looks whether both are taken.
    func redirects(_ found: Found, _ diagnosis: inout Diagnosis) async throws {
        guard let agent, let client else { return }
        var statuses: [Int] = []
        for port in [49_201, 49_202] {
            guard let uri = agent.redirectURIs.first.flatMap(WebAddress.init) else { return }
            let attempt = AuthorizationAttempt(
                issuer: found.issuer, client: client, redirectURI: "http://\(uri.host):\(port)\(uri.path)",
                resource: found.resource, scope: found.scope)
            let (answer, _) = try await fetch(
                WebRequest(.get, attempt.url, fields: [("Accept", "text/html")]), followingRedirects: false)
            statuses.append(answer?.status ?? 0)
        }
        diagnosis.judge(
            .redirectPort, statuses.allSatisfy { (200..<400).contains($0) },
            "two free ports get the statuses \(statuses.map(String.init).joined(separator: " and "))")
    }
}
