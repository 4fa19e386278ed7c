package import Primitives

/// Opens, finds and ends sessions.
///
/// MCP 2025-11-25, basic/transports, "Session Management". A session id is not a credential: it works only for the
/// subject and client whose token opened the session, and is unknown to others.
package struct LegacySessions: Sendable {
    /// The lifetime of an unused session.
    package static let idleLifetime = Duration.seconds(30 * 60)
    /// The lifetime of a session, however often it is used.
    package static let longestLifetime = Duration.seconds(24 * 60 * 60)

    let store: any SessionStore
    let environment: Environment

    enum Lookup {
        case found(Session)
        case refused(Reply)
    }

    /// Opens a session and returns its id, 128 random bits.
    func open(_ version: ProtocolVersion, for caller: Caller) async throws -> String {
        let id = environment.randomHex(bytes: 16)
        let now = environment.now()
        try await store.insert(
            Session(
                digest: digest(of: id), subject: caller.subject, clientID: caller.clientID, version: version,
                expiry: now + Self.idleLifetime, end: now + Self.longestLifetime))
        return id
    }

    /// The caller's session, or the refusal of the request with this id.
    ///
    /// - Parameter mayBeModern: whether the request could be sent without a session in another revision.
    func find(
        _ id: String?, for caller: Caller, answering request: RequestID? = nil, mayBeModern: Bool = false
    ) async throws -> Lookup {
        guard let id, !id.isEmpty else {
            return .refused(
                .refusal(Self.missing(mayBeModern && id == nil, isEmpty: id != nil), to: request, status: 400))
        }
        let count = id.split(separator: ",", omittingEmptySubsequences: false).count
        guard count == 1 else { return .refused(.refusal(Self.repeated(count), to: request, status: 400)) }
        let digest = digest(of: id)
        let now = environment.now()
        let session = try await store.session(digest, at: now, keptUntil: now + Self.idleLifetime)
        guard let session, session.subject == caller.subject, session.clientID == caller.clientID else {
            var explanation = Explanation(
                expected: "the Mcp-Session-Id of a session that lives",
                received: "one of \(id.utf8.count) characters with the fingerprint "
                    + "\(public: digest.prefix(6).hexadecimal)",
                subject: .session)
            if session != nil { explanation.becomesForeign() }
            return .refused(
                .refusal(
                    JSONRPCError(.invalidRequest, "Session not found: send initialize for a new one", explanation),
                    to: request, status: 404))
        }
        return .found(session)
    }

    /// Refuses `initialize` with the id of a session.
    func refusal(ofOpening id: String, for caller: Caller, answering request: RequestID) async throws -> Reply {
        func refusal(_ message: String, _ received: SafeText, hint: SafeText, status: Int) -> Reply {
            .refusal(
                JSONRPCError(
                    .invalidRequest, message,
                    Explanation(
                        expected: "initialize without Mcp-Session-Id", received: received, hint: hint)),
                to: request, status: status)
        }
        guard !id.isEmpty, !id.utf8.contains(UInt8(ascii: ",")) else {
            return refusal(
                "initialize opens a new session: leave out Mcp-Session-Id",
                id.isEmpty ? "Mcp-Session-Id without a value" : "Mcp-Session-Id several times",
                hint: "The id of the new session comes with the answer. Leave the header out.", status: 400)
        }
        switch try await find(id, for: caller, answering: request) {
        case .refused:
            return refusal(
                "Session not found: leave out Mcp-Session-Id for a new one", "one for a session that is unknown",
                hint: "initialize opens a new session, whose id comes with the answer. Leave the header out.",
                status: 404)
        case .found:
            return refusal(
                "This session is initialized already: leave out Mcp-Session-Id for a new one",
                "one for a session that lives",
                hint: "A session is initialized once. Leave the header out to open another.", status: 400)
        }
    }

    private static func missing(_ mayBeModern: Bool, isEmpty: Bool) -> JSONRPCError {
        let lack = isEmpty ? "has no value" : "is missing"
        return JSONRPCError(
            .invalidRequest,
            "Mcp-Session-Id header \(lack): send initialize first and then its session id"
                + (mayBeModern ? ", or use 2026-07-28 with '_meta' in 'params'" : ""),
            Explanation(
                expected: mayBeModern
                    ? "Mcp-Session-Id, or in params._meta the protocol version 2026-07-28" : "Mcp-Session-Id",
                received: isEmpty ? "Mcp-Session-Id without a value" : mayBeModern ? "neither" : "none",
                hint: isEmpty
                    ? "The variable that should hold the session's id is not set, or empty."
                    : "Send the Mcp-Session-Id that came with the answer to initialize in every request after it."))
    }

    /// Refuses several fields, which are joined to one list (RFC 9110 §5.3).
    private static func repeated(_ count: Int) -> JSONRPCError {
        JSONRPCError(
            .invalidRequest, "Mcp-Session-Id occurs \(count) times: send it once",
            Explanation(
                expected: "Mcp-Session-Id once", received: "\(count) ids",
                hint: "Send the header once, with the id that came with the answer to initialize."))
    }

    /// Whether the session has not ended; asking counts as use.
    func isAlive(_ session: Session) async throws -> Bool {
        let now = environment.now()
        return try await store.session(session.digest, at: now, keptUntil: now + Self.idleLifetime) != nil
    }

    private func digest(of id: String) -> [UInt8] { environment.sha256(Array(id.utf8)) }
}

extension Explanation {
    /// Says that the session lives and is another caller's, which its history does not show.
    fileprivate mutating func becomesForeign() {
        expected = "the Mcp-Session-Id of a session that this token's user and client opened"
        hint = "Another user's or client's token opened it. Send initialize with this token, and use the id that comes."
        subject = nil
    }
}

extension Explanation.Subject {
    /// The id of a session that is unknown.
    package static let session = Self("session")
}
