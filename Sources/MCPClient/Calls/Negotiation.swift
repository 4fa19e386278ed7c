internal import MCPCore
internal import Primitives

/// Determines the revision of a server, and opens the session that the older ones need.
struct Negotiation: Sendable {
    let endpoint: ProtectedEndpoint
    let reader: AnswerReader
    let choice: EraChoice
    let nextID: @Sendable () -> JSONValue
    /// Gets messages of the server that are not answers.
    let notify: @Sendable (JSONObject) async -> Void

    /// The form of requests after the negotiation.
    enum Dialect: Sendable {
        case modern(ProtocolVersion)
        case legacy(LegacyMessage.Session)

        /// Whether it is one of the stateless revisions.
        var isModern: Bool { if case .modern = self { true } else { false } }
    }

    /// The dialect, the server's information (nil when it was not asked), and whether the result may be remembered.
    typealias Outcome = (dialect: Dialect, info: ServerInfo?, isCertain: Bool)

    /// Negotiates, starting with the remembered revision.
    ///
    /// - Parameter remembered: the server's revision last time; a stateless one is assumed until the server
    ///   contradicts.
    func begin(remembered: ProtocolVersion?) async throws -> Outcome {
        if let remembered, remembered.era == .modern { return (.modern(remembered), nil, true) }
        let mayShakeHands = choice.handshake != nil
        if mayShakeHands, remembered?.era == .legacy || choice.probe == nil {
            return try await handshake(remembered.flatMap { $0.era == .legacy ? $0 : nil } ?? choice.handshake)
        }
        guard var version = choice.probe else { return try await handshake(choice.handshake) }
        for _ in 0..<2 {
            let (verdict, result, failure) = try await probe(version)
            switch verdict {
            case .modern: return (.modern(version), ServerInfo(discovered: result, version: version), true)
            case .retry(let other): version = other
            case .legacy(let newest):
                guard mayShakeHands else {
                    throw failure
                        ?? ClientError(
                            .protocolViolation, "The server does not speak \(version.rawValue).",
                            advice: .tryOlderRevisions)
                }
                return try await handshake(newest, after: failure)
            }
        }
        throw ClientError(.protocolViolation, "The server refuses even a version that it names itself.")
    }

    /// Asks for the revisions of the server.
    ///
    /// - Returns: the verdict, the result where there is one, and the failure of a server that may have an outage.
    private func probe(_ version: ProtocolVersion) async throws -> (EraProbe.Verdict, JSONObject, (any Error)?) {
        let message = ModernMessage(id: nextID(), method: .discover, params: [:], version: version)
        let stream = try await endpoint.open(
            .post, fields: message.fields, body: message.body, operation: message.method)
        let isAway = stream.head.status >= 500 || stream.head.status == 429
        let result: JSONObject
        do {
            result = try await bounded(by: reader.web.limits.timeout, stream.url) {
                try await reader.answer(to: message.id, in: stream, notify: notify)
            }
        } catch let error as RemoteError {
            if stream.head.status == 403 || isAway && stream.head.retryAfter != nil { throw error }
            return (try EraProbe.verdict(on: error, asked: version), [:], isAway ? error : nil)
        } catch let error as ClientError {
            // An answer that is too large or cut after its head is one, but the server may be modern all the same.
            let isUnread = stream.head.isSuccess && error.kind == .network && error.code != "timeout"
            if isUnread { return (.legacy(.november2025), [:], error) }
            return (try EraProbe.verdict(on: error), [:], isAway ? error : nil)
        }
        return (try EraProbe.verdict(on: result, asked: version), result, nil)
    }

    /// MCP 2025-11-25, basic/lifecycle, "Initialization".
    ///
    /// - Parameter failure: the failure of the probe, when that may have been an outage; it is reported when the server
    ///   refuses the handshake too.
    private func handshake(_ wanted: ProtocolVersion?, after failure: (any Error)? = nil) async throws -> Outcome {
        let version = wanted ?? .november2025
        let id = nextID()
        let stream = try await endpoint.open(
            .post, fields: ModernMessage.commonFields, body: LegacyMessage.initialize(id: id, version: version),
            operation: Method.initialize.rawValue)
        let result: JSONObject
        do {
            result = try await bounded(by: reader.web.limits.timeout, stream.url) {
                try await reader.answer(to: id, in: stream, notify: notify)
            }
        } catch let error as RemoteError {
            throw failure ?? error
        } catch let error as ClientError where error.kind == .protocolViolation && failure != nil {
            throw failure ?? error
        } catch let error as ClientError where ["400", "404", "405"].contains(error.code) {
            throw ClientError(
                .protocolViolation, error.problem,
                advice: "It may be a server of 2024-11-05 (HTTP+SSE), which is not supported, or no MCP server at all.",
                code: error.code)
        }
        let answered = result["protocolVersion"]?.string ?? "none"
        guard let agreed = ProtocolVersion(rawValue: answered), agreed.era == .legacy else {
            throw ClientError(
                .protocolViolation, "The server answered the handshake with version '\(answered.printable(60))'.",
                advice: "This client knows \(EraChoice.legacyVersions.map(\.rawValue).joined(separator: ", ")).")
        }
        if case .version(let exact) = choice, exact != agreed {
            throw ClientError(
                .protocolViolation, "The server answered with version \(agreed.rawValue) instead of \(exact.rawValue).",
                advice: .takeAnyRevision)
        }
        let session = LegacyMessage.Session(version: agreed, id: stream.head.first(HeaderName.session)?.unlessEmpty)
        try await confirm(session)
        return (.legacy(session), ServerInfo(initialized: result, version: agreed), failure == nil)
    }

    /// The time for the answer to the notification, which holds nothing.
    private static let confirmationTimeout = Duration.seconds(5)

    /// Notifies the server that the session begins.
    ///
    /// A server that does not answer that in time, or closes the connection, may serve requests all the same.
    private func confirm(_ session: LegacyMessage.Session) async throws {
        let timeout = min(Self.confirmationTimeout, reader.web.limits.timeout)
        do {
            let accepted = try await endpoint.open(
                .post, fields: ModernMessage.commonFields + session.fields,
                body: LegacyMessage.body(id: nil, method: NotificationName.initialized, params: [:]),
                operation: NotificationName.initialized, clock: AnswerClock(Timeouts(idle: timeout, total: nil)))
            await accepted.discard()
        } catch let error as ClientError where error.kind == .network {
            try Task.checkCancellation()
        }
    }
}
