internal import MCPCore
internal import OAuth
internal import Primitives

/// Checks of the handshake, and of the answer to unknown revisions.
extension Doctor {
    /// A revision that will never exist.
    private static let future = "2999-12-31"

    /// Checks the answer to `initialize` for what strict clients need.
    ///
    /// MCP 2025-11-25, basic/lifecycle, "Initialization", and basic/transports, "Session Management".
    func handshake(_ session: PlainSession, _ diagnosis: inout Diagnosis) {
        guard let result = session.greeting.answer?.result(of: 1) else {
            return diagnosis.fail(.handshake, "a second handshake fails: \(session.greeting.why)")
        }
        let server = result["serverInfo"]?.object
        var lacking: [String] = []
        if result["protocolVersion"]?.string == nil { lacking.append("protocolVersion") }
        if result["capabilities"]?.object == nil { lacking.append("capabilities") }
        if server == nil { lacking.append("serverInfo") }
        for name in ["name", "version"] where server != nil && server?[name]?.string == nil {
            lacking.append("serverInfo.\(name)")
        }
        guard lacking.isEmpty else {
            return diagnosis.fail(.handshake, "the result lacks \(lacking.joined(separator: ", "))")
        }
        let isVisible = session.session.id?.utf8.allSatisfy { (0x21...0x7E).contains($0) } ?? true
        diagnosis.judge(
            .handshake, isVisible,
            isVisible ? "it has" : "the session's id holds characters other than visible ASCII")
    }

    /// Requests an unknown revision, as clients that are newer than the server do.
    ///
    /// MCP 2025-11-25, basic/lifecycle, "Version Negotiation"; MCP 2026-07-28, basic/versioning.
    func negotiation(_ visit: DoctorSession, legacy: ProtocolVersion?, _ diagnosis: inout Diagnosis) async throws {
        var (faults, oddities, seen): ([String], [String], [String]) = ([], [], [])
        if diagnosis.outcome(of: .modern) == .passed {
            let (answer, why) = try await discover(as: Self.future, visit.accessToken)
            let error = answer?.error(of: 1)
            let supported = error?["data"]?.object?["supported"]?.texts ?? []
            if error?["code"]?.number?.intValue == JSONRPCError.Code.unsupportedProtocolVersion.rawValue {
                if answer?.status != 400 { faults.append("error -32022 comes with \(why), not with 400") }
                if supported.isEmpty { faults.append("error -32022 does not say in data.supported what is") }
                seen.append("a request is refused with what is supported")
            } else {
                oddities.append("a request of \(Self.future) gets \(why) and no error -32022")
            }
        }
        if let legacy {
            let session = try await PlainSession(
                of: self, token: visit.accessToken, version: legacy, asking: Self.future)
            try await session.end()
            switch session.greeting.answer?.result(of: 1)?["protocolVersion"]?.string {
            case nil: faults.append("initialize with \(Self.future) gets \(session.greeting.why) and no version to use")
            case Self.future?: oddities.append("initialize with \(Self.future) is answered with that")
            case let version?: seen.append("initialize is answered with \(version)")
            }
        }
        switch (faults.isEmpty, oddities.isEmpty) {
        case (false, _): diagnosis.fail(.negotiation, faults.joined(separator: "; "))
        case (true, false): diagnosis.note(.negotiation, oddities.joined(separator: "; "))
        case (true, true) where !seen.isEmpty: diagnosis.pass(.negotiation, seen.joined(separator: ", "))
        default: break
        }
    }

    /// Sends `server/discover` with an unknown stateless revision.
    private func discover(as version: String, _ token: Secret) async throws -> (WebResponse?, String) {
        let message = ModernMessage(id: 1, method: .discover, params: [:], version: .july2026)
        let known = message.version.rawValue
        let fields = message.fields.map { (name: $0.name, value: $0.value == known ? version : $0.value) }
        let body = String(decoding: message.body, as: UTF8.self).replacing(known, with: version)
        return try await fetch(
            WebRequest(
                .post, server.text, fields: fields + [WebRequest.authorization(token)],
                body: Array(body.utf8)))
    }
}
