internal import MCPCore
internal import Primitives

/// Interprets a server's answer to `server/discover`.
///
/// MCP 2026-07-28, basic/versioning and basic/transports/streamable-http, "Backward Compatibility": any answer other
/// than a recognized error of a modern server leads to a handshake. A refusal for lack of a token (401, 403), a failed
/// connection, a timeout, and an outage with a `Retry-After` are not answers.
enum EraProbe {
    /// The conclusion from the answer.
    enum Verdict: Sendable, Equatable {
        /// The server supports this stateless revision.
        case modern(ProtocolVersion)
        /// It does not; a handshake that requests this revision may work.
        case legacy(ProtocolVersion)
        /// It supports another stateless revision that we support too.
        case retry(ProtocolVersion)
    }

    /// Interprets a result.
    ///
    /// - Throws: `protocolViolation` when there is no common revision.
    static func verdict(on result: JSONObject, asked: ProtocolVersion) throws(ClientError) -> Verdict {
        guard let versions = result["supportedVersions"]?.array?.compactMap(\.string) else {
            // Not a result of server/discover: the server does not know the method.
            return .legacy(.november2025)
        }
        if versions.contains(asked.rawValue) { return .modern(asked) }
        return try common(versions)
    }

    /// Interprets a refusal.
    ///
    /// - Throws: the refusal itself when it comes from a modern server that rejects our request.
    static func verdict(on error: RemoteError, asked: ProtocolVersion) throws -> Verdict {
        switch JSONRPCError.Code(rawValue: error.code) {
        case .unsupportedProtocolVersion:
            guard let supported = error.data?.object?["supported"]?.array?.compactMap(\.string) else {
                // The error must have the list; without it the code means something else.
                return .legacy(.november2025)
            }
            let verdict = try common(supported)
            return if case .modern(let version) = verdict { .retry(version) } else { verdict }
        case .headerMismatch, .missingRequiredClientCapability: throw error
        default: return .legacy(.november2025)
        }
    }

    /// Interprets an answer without a message for the request: of a server that does not know it, or is no MCP server.
    ///
    /// - Throws: the failure itself when there was no answer at all.
    static func verdict(on failure: ClientError) throws(ClientError) -> Verdict {
        let isAnswer = failure.kind == .protocolViolation || failure.kind == .network && failure.hasStatus
        let hasOutage = failure.kind == .network && failure.retryAfter != nil
        guard isAnswer, !hasOutage else { throw failure }
        return .legacy(.november2025)
    }

    /// Whether a failure may mean that the server no longer supports the remembered revision.
    static func contradicts(_ error: any Error) -> Bool {
        switch error {
        case let error as RemoteError: error.status >= 400
        case let error as ClientError: error.kind == .protocolViolation && error.hasStatus
        default: false
        }
    }

    private static func common(_ offered: [String]) throws(ClientError) -> Verdict {
        guard let version = ProtocolVersion.allCases.first(where: { offered.contains($0.rawValue) }) else {
            let ours = ProtocolVersion.allCases.map(\.rawValue).joined(separator: ", ")
            throw ClientError(
                .protocolViolation,
                "There is no common protocol version: the server speaks \(offered.joined(separator: ", ").printable()), "
                    + "this client \(ours).", advice: "Update one of the two.")
        }
        return version.era == .modern ? .modern(version) : .legacy(version)
    }
}

extension ClientError {
    /// Whether there was an answer with an HTTP status.
    var hasStatus: Bool { code.flatMap { Int($0) } != nil }
}
