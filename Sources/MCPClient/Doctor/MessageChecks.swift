internal import MCPCore
internal import OAuth
internal import Primitives

/// Checks of messages other than tool calls.
extension Doctor {
    /// Makes all checks of the revisions found that need no tool.
    func messages(_ visit: inout DoctorSession, _ diagnosis: inout Diagnosis) async throws {
        try await visit.keepFresh()
        let legacy = Self.handshakeVersion(diagnosis)
        try await results(visit, &diagnosis)
        try await negotiation(visit, legacy: legacy, &diagnosis)
        var session: PlainSession?
        try await visit.keepFresh()
        if let legacy {
            let opened = try await PlainSession(of: self, token: visit.accessToken, version: legacy)
            handshake(opened, &diagnosis)
            if opened.isOpen { session = opened }
        }
        try await notifications(visit, session, &diagnosis)
        try await unknownMethod(visit, session, &diagnosis)
        guard let session else { return }
        try await ping(session, &diagnosis)
        try await eventStream(session, &diagnosis)
        try await session.end()
    }

    /// Sends messages that need no answer: notifications, and a response to a request that was never sent.
    ///
    /// MCP 2025-11-25, basic/transports, "Sending Messages to the Server"; MCP 2026-07-28,
    /// basic/transports/streamable-http.
    private func notifications(
        _ visit: DoctorSession, _ session: PlainSession?, _ diagnosis: inout Diagnosis
    ) async throws {
        var faults: [String] = []
        func judge(_ name: String, _ reply: (answer: WebResponse?, why: String), mayBeRefused: Bool) {
            if let answer = reply.answer {
                if answer.status == 202 && answer.body.isEmpty { return }
                if mayBeRefused && (400..<500).contains(answer.status) { return }
            }
            let size = reply.answer?.body.count ?? 0
            faults.append("\(name) gets \(reply.why)\(size > 0 ? " and a body of \(size) bytes" : "")")
        }
        if diagnosis.outcome(of: .modern) == .passed {
            judge(NotificationName.cancelled, try await cancelled(visit.accessToken), mayBeRefused: true)
        }
        if let session {
            judge(NotificationName.initialized, session.accepted, mayBeRefused: false)
            let answer: JSONObject = [Member.jsonrpc: .string(Member.version), Member.id: "doctor", Member.result: [:]]
            judge("a response", try await session.post(JSONWriter.bytes(of: answer)), mayBeRefused: true)
        }
        guard session != nil || diagnosis.outcome(of: .modern) == .passed else { return }
        diagnosis.judge(
            .notifications, faults.isEmpty, faults.isEmpty ? "it does" : faults.joined(separator: "; "))
    }

    /// Sends the only notification of the stateless revision, about a request that does not exist.
    private func cancelled(_ token: Secret) async throws -> (answer: WebResponse?, why: String) {
        let fields =
            ModernMessage.commonFields + [
                (name: HeaderName.protocolVersion, value: ProtocolVersion.july2026.rawValue),
                (name: HeaderName.method, value: Method.cancelled.rawValue),
                WebRequest.authorization(token),
            ]
        let body = LegacyMessage.body(id: nil, method: Method.cancelled.rawValue, params: ["requestId": "doctor"])
        return try await fetch(WebRequest(.post, server.text, fields: fields, body: body))
    }

    /// Calls an unknown method, as clients that look for prompts or resources do.
    ///
    /// JSON-RPC 2.0 §5.1; within a session 404 would mean that the session is lost (MCP 2025-11-25, "Session
    /// Management").
    private func unknownMethod(
        _ visit: DoctorSession, _ session: PlainSession?, _ diagnosis: inout Diagnosis
    ) async throws {
        let method = "doctor/unknown"
        var (faults, oddities): ([String], [String]) = ([], [])
        func judge(_ reply: (answer: WebResponse?, why: String), id: JSONValue, _ version: ProtocolVersion) {
            let code = reply.answer?.error(of: id)?["code"]?.number?.text
            let hasResult = reply.answer?.result(of: id) != nil
            let seen = "in \(version.rawValue): \(reply.why), \(hasResult ? "a result" : "error \(code ?? "none")")"
            let status = reply.answer?.status
            if hasResult {
                // A server may have methods of its own, but hardly this one.
                oddities.append(seen)
            } else if code == nil || status == 404 && session?.session.id != nil && version.era == .legacy {
                faults.append(seen)
            } else if code != String(JSONRPCError.Code.methodNotFound.rawValue)
                || status != 404 && version.era == .modern
            {
                oddities.append(seen)
            }
        }
        if diagnosis.outcome(of: .modern) == .passed {
            let message = ModernMessage(id: 1, method: method, params: [:], version: .july2026)
            judge(try await show(visit.accessToken, message), id: 1, .july2026)
        }
        if let session { judge(try await session.ask(method), id: 2, session.session.version) }
        guard session != nil || diagnosis.outcome(of: .modern) == .passed else { return }
        if let fault = faults.first {
            diagnosis.fail(.unknownMethod, fault)
        } else if let oddity = oddities.first {
            diagnosis.note(.unknownMethod, oddity)
        } else {
            diagnosis.pass(.unknownMethod, "it gets error -32601")
        }
    }

    /// MCP 2025-11-25, basic/utilities/ping.
    private func ping(_ session: PlainSession, _ diagnosis: inout Diagnosis) async throws {
        let (answer, why) = try await session.ask(Method.ping.rawValue)
        if answer?.result(of: 2) != nil {
            diagnosis.pass(.ping, "it is")
        } else if let code = answer?.error(of: 2)?["code"]?.number?.text {
            diagnosis.note(.ping, "it gets error \(code); clients that ping take the connection for dead")
        } else {
            diagnosis.fail(.ping, "it gets \(why) and no answer")
        }
    }

    /// MCP 2025-11-25, basic/transports, "Listening for Messages from the Server": an event stream, or 405.
    private func eventStream(_ session: PlainSession, _ diagnosis: inout Diagnosis) async throws {
        let fields = session.fields.filter { !["Content-Type", "Accept"].contains($0.name) }
        let request = WebRequest(.get, server.text, fields: [("Accept", "text/event-stream")] + fields)
        let head: WebHead
        do {
            // Only the head matters; releasing the stream ends it.
            head = try await bounded(by: min(web.limits.timeout, .seconds(5)), server.text) { [web] in
                try await web.open(request).head
            }
        } catch let error as ClientError where error.code == "timeout" {
            return diagnosis.note(.eventStream, error.problem)
        } catch let error as ClientError {
            return diagnosis.fail(.eventStream, error.problem)
        }
        let type = head.mediaType.isEmpty ? "no type" : head.mediaType
        switch head.status {
        case 200 where type == "text/event-stream": diagnosis.pass(.eventStream, "it opens one")
        case 405: diagnosis.pass(.eventStream, "there is none, and it says so with 405")
        case 400..<500, 501:
            diagnosis.note(
                .eventStream, "status \(head.status), which clients do not take for 'there is none'; 405 says that")
        default: diagnosis.fail(.eventStream, "status \(head.status) with \(type)")
        }
    }
}
