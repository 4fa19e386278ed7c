internal import Logging
internal import OAuth
internal import Primitives

/// The sessions of this instance and, where there is a store, of all instances.
final class Sessions: Sendable {
    let table = SessionTable()
    let vault: SessionVault?
    private let idle: Duration
    private let logger: Logger
    let now: @Sendable () -> Instant

    init(
        vault: SessionVault?, idle: Duration, logger: Logger, now: @escaping @Sendable () -> Instant = SystemClock.now
    ) {
        (self.vault, self.idle, self.logger, self.now) = (vault, idle, logger, now)
    }

    /// Whether there is a store, and it cannot be reached.
    var isStoreAway: Bool { vault.map { !$0.link.isUp } ?? false }

    // MARK: - One session

    /// Opens a session.
    func open(server: String, callback: String, origin: String?) throws(GatewayError) -> (id: Secret, Session) {
        let id = Secret.random(from: Random.bytes)
        let record = SessionRecord(server: server, callback: callback, origin: origin)
        let session = Session(SessionKey(of: id), record, now: now())
        guard insert(session) != nil else { throw .tooMany(after: .seconds(60)) }
        share(session)
        return (id, session)
    }

    /// Adds a session; where there is no room, those go that the store has and that were not used for longest.
    private func insert(_ session: Session) -> Session? {
        if let inserted = table.insert(session) { return inserted }
        guard let vault, vault.link.isUp else { return nil }
        let old = table.all.filter { !$0.isUnstored }.sorted { $0.lastUse < $1.lastUse }
        for session in old.prefix(SessionTable.capacity / 10) { drop(session.key) }
        return table.insert(session)
    }

    /// The session with an id, which counts as a use.
    ///
    /// - Throws: `unknown_session`, `session_expired`, or `server_unreachable` while its store is away.
    func session(_ id: String) async throws(GatewayError) -> Session {
        guard SessionKey.isWellFormed(id) else { throw .unknownSession }
        return try await session(SessionKey(of: Secret(id)))
    }

    func session(_ key: SessionKey) async throws(GatewayError) -> Session {
        let session = try await found(key)
        session.use(at: now())
        let lifetime = lifetime(session)
        if let vault, vault.link.isUp, session.isDue(until: now() + lifetime + vault.slack, slack: vault.slack) {
            try? await vault.touch(key, for: lifetime)
        }
        return session
    }

    private func found(_ key: SessionKey) async throws(GatewayError) -> Session {
        let held = table[key]
        guard let vault, let finding = try? await vault.find(key) else { return try inMemory(held, key) }
        switch finding {
        case .ended:
            drop(key)
            throw .unknownSession
        case .session(let sealed):
            if let held, held.equals(sealed) { return held }
            return try takeOver(key, sealed, held, from: vault)
        case .missing(let wasKnown):
            if let held, !hasEnded(held, at: now()) {
                // The store has lost it.
                try? await store(held, in: vault)
                return held
            }
            drop(key)
            throw wasKnown || held != nil || table.hasExpired(key) ? .expiredSession : .unknownSession
        }
    }

    private func inMemory(_ held: Session?, _ key: SessionKey) throws(GatewayError) -> Session {
        guard let held else {
            if table.hasExpired(key) { throw .expiredSession }
            // What was never here may be in the store; what ended here is known to have.
            throw isStoreAway && !table.untold.ended.contains(key) ? .storeAway : .unknownSession
        }
        guard !hasEnded(held, at: now()) else {
            expire()
            throw .expiredSession
        }
        return held
    }

    /// Takes over what another instance has stored.
    private func takeOver(
        _ key: SessionKey, _ sealed: String, _ held: Session?, from vault: SessionVault
    ) throws(GatewayError) -> Session {
        guard let (record, documents) = vault.open(sealed, key).flatMap(SessionRecord.read) else {
            logger.error("a stored session cannot be decrypted", metadata: ["session": .string(key.fingerprint)])
            throw .unknownSession
        }
        if let held {
            held.replace(record, documents: documents, sealed: sealed)
            return held
        }
        let session = Session(key, record, documents: documents, sealed: sealed, now: now())
        guard let inserted = insert(session) else { throw .tooMany(after: .seconds(60)) }
        if inserted === session { share(session) }
        return inserted
    }

    /// Ends a session; it is unknown from now on.
    func end(_ session: Session) async {
        drop(session.key)
        guard let vault else { return }
        do {
            try await vault.end(session.key)
        } catch {
            table.noteEnded(session.key)
        }
    }

    private func drop(_ key: SessionKey) {
        guard let live = table.remove(key)?.disconnect() else { return }
        Task { await live.close() }
    }

    /// The lifetime without use: shorter while the first login is not finished, which costs a stranger one request.
    private func lifetime(_ session: Session) -> Duration {
        session.record.isConnected ? idle : min(idle, Self.unfinishedIdle)
    }

    private static let unfinishedIdle = SessionVault.stateLifetime + .seconds(300)

    private func hasEnded(_ session: Session, at now: Instant) -> Bool {
        session.lastUse + lifetime(session) <= now
    }

    /// How long a connection stays open that is not used.
    private static let connectionIdle = Duration.seconds(600)

    /// Ends the sessions in memory that were not used for too long, and connections before that.
    func expire() {
        let now = now()
        let old = table.expire(where: { hasEnded($0, at: now) }, rememberingUntil: now + idle, now: now)
        for session in old {
            if let live = session.disconnect() { Task { await live.close() } }
        }
        for session in table.all where session.lastUse <= now - Self.connectionIdle {
            if let live = session.disconnect() { Task { await live.close() } }
        }
    }

    // MARK: - The store

    /// Stores what has changed of a session.
    func store(_ session: Session) async {
        guard let vault, session.isUnstored else { return }
        // What cannot be stored now stays changed, and is stored when the store is back.
        try? await store(session, in: vault)
    }

    private func store(_ session: Session, in vault: SessionVault) async throws(RedisLink.Away) {
        // Each turn takes over what another instance has stored, and adds what has changed here.
        for _ in 0..<4 {
            let (snapshot, isForced) = (session.snapshot(), session.hasNewDocuments)
            guard let sealed = try? vault.seal(snapshot.document, session.key) else { return }
            let stored = try await vault.store(
                session.key, sealed, after: snapshot.before, isForced: isForced,
                elapsed: now() - session.lastUse + idle - lifetime(session))
            switch stored {
            case .done:
                return session.noteStored(
                    snapshot, as: sealed, until: session.lastUse + lifetime(session) + vault.slack)
            case .ended: return drop(session.key)
            case .found(let other):
                guard let (record, documents) = vault.open(other, session.key).flatMap(SessionRecord.read) else {
                    return
                }
                session.replace(record, documents: documents, sealed: other)
                if !session.isUnstored { return }
            }
        }
    }

    /// Stores what memory holds and the store may not.
    ///
    /// - Parameter isReturn: whether the store was away, and may have lost what it had.
    func takeUp(isReturn: Bool) async throws(RedisLink.Away) {
        guard let vault else { return }
        let untold = table.untold
        for key in untold.ended { try await vault.end(key) }
        for state in untold.spent { _ = try await vault.spend(state: state) }
        table.noteTold(ended: untold.ended, spent: untold.spent)
        if isReturn {
            for (state, login) in table.logins { try await vault.store(state: state, of: login.session) }
        }
        for session in table.all where isReturn || session.isUnstored {
            try await store(session, in: vault)
        }
    }

    // MARK: - Renewals

    /// Keeps other instances out while tokens of a session are renewed.
    private func share(_ session: Session) {
        guard let vault else { return }
        let lock = RenewalLock(vault: vault, key: session.key)
        session.files.share(
            Sharing(
                begin: { [weak self, weak session] in
                    try await lock.take()
                    guard let self, let session,
                        case .session(let sealed)? = try? await vault.find(session.key), !session.equals(sealed)
                    else { return }
                    _ = try self.takeOver(session.key, sealed, session, from: vault)
                },
                end: { [weak self, weak session] in
                    if let self, let session { await self.store(session) }
                    await lock.release()
                }))
    }
}
