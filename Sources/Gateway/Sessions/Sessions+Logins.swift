internal import MCPClient
internal import OAuth
internal import Primitives

/// Logins, from the URL for the browser to the answer at the callback.
extension Sessions {
    private static let foreignState = GatewayError.invalid("This answer belongs to no login that is under way here.")

    /// Begins a login.
    ///
    /// - Returns: the URL for the browser; that of the login under way, when this is the same.
    func begin(_ attempt: AuthorizationAttempt, in session: Session) async throws(GatewayError) -> String {
        if let running = running(in: session), running.asksTheSame(as: attempt) { return running.url }
        let state = SessionKey(of: attempt.state)
        let end = now() + SessionVault.stateLifetime
        guard table.note(state, .init(session: session.key, end: end)) else { throw .tooMany(after: .seconds(60)) }
        session.change { record in
            record.attempt = attempt.document
            record.attemptedAt = now()
        }
        // While the store is away it is told later.
        try? await vault?.store(state: state, of: session.key)
        await store(session)
        return attempt.url
    }

    /// The login under way, while its answer would still be accepted for a while.
    private func running(in session: Session) -> AuthorizationAttempt? {
        let record = session.record
        guard let document = record.attempt, let begun = record.attemptedAt,
            now() < begun + SessionVault.stateLifetime / 2
        else { return nil }
        return AuthorizationAttempt(document, server: record.server)
    }

    /// The session and the attempt of an answer, whose state is spent by this.
    ///
    /// - Parameter id: the session id that came with the answer, if one did.
    /// - Throws: `invalid_request` for a state that is unknown, spent or another session's.
    func attempt(ofState text: String?, id: String?) async throws(GatewayError) -> (Session, AuthorizationAttempt) {
        guard let text, SessionKey.isWellFormed(text) else { throw Self.foreignState }
        let state = SessionKey(of: Secret(text))
        let known = table.login(state, at: now())
        let stored = (try? await vault?.session(ofState: state)) ?? nil
        guard let key = stored ?? known?.session, id.map({ SessionKey(of: Secret($0)) == key }) ?? true else {
            throw Self.foreignState
        }
        guard let session = try? await session(key), let document = session.record.attempt,
            let attempt = AuthorizationAttempt(document, server: session.server), attempt.state == Secret(text),
            await spend(state)
        else { throw Self.foreignState }
        session.change { ($0.attempt, $0.attemptedAt) = (nil, nil) }
        return (session, attempt)
    }

    /// Spends a state, once among all instances; while the store is away, once among what was begun here.
    private func spend(_ state: SessionKey) async -> Bool {
        let wasHere = table.spend(state)
        guard let vault else { return wasHere }
        do {
            return try await vault.spend(state: state)
        } catch {
            table.noteSpent(state)
            return wasHere
        }
    }
}
