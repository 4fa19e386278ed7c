internal import MCPCore
internal import OAuth
public import Primitives
internal import Synchronization

/// A connection to one MCP server of any revision.
///
/// Nothing is sent before the first request. A session that the server has lost is reopened, once for each request;
/// requests may run concurrently.
public actor MCPConnection {
    /// The caller's choices.
    public struct Options: Sendable {
        /// The revisions that may be used.
        public var era = EraChoice.automatic
        /// Headers to send with every request.
        public var fields: [(name: String, value: String)] = []
        /// The timeouts of requests; nil for the limits' timeout between two signs of life, and an hour in total.
        public var timeouts: Timeouts?

        /// Makes the defaults: any revision, no own headers, the usual timeouts.
        public init() {}
    }

    let web: WebClient
    let access: ServerAccess
    let endpoint: ProtectedEndpoint
    let reader: AnswerReader
    private let options: Options
    private let memory: EraMemory
    private let lastID = Atomic(0)
    private let timeouts: Timeouts
    private(set) var negotiation: SharedTask<Negotiation.Outcome>?
    /// Whether the revision is only remembered, and not yet confirmed by the server.
    private var isAssumed = false
    private var cache = ResultCache()
    /// The latest list of tools; nil when there is none, or it has changed.
    var catalog: ToolCatalog?
    /// The number of changes of the list of tools.
    private(set) var listChanges = 0
    private var notify: @Sendable (JSONObject) async -> Void = { _ in }
    /// The clocks of requests that asked for progress within a session, by token; progress may arrive on another
    /// stream.
    private var clocks: [String: AnswerClock] = [:]

    /// A connection through the access to a server.
    ///
    /// - Parameter store: remembers which revision the server speaks.
    public init(web: WebClient, access: ServerAccess, store: TokenStore?, options: Options = Options()) {
        self.web = web
        self.access = access
        self.options = options
        timeouts =
            options.timeouts
            ?? Timeouts(idle: web.limits.timeout, total: max(web.limits.timeout, Timeouts.longestTotal))
        endpoint = ProtectedEndpoint(web: web, access: access, ownFields: options.fields)
        reader = AnswerReader(web: web)
        memory = EraMemory(store: store, origin: access.server.origin)
    }

    /// Sets the handler of messages that are not answers: progress, changes of lists.
    public func onNotification(_ take: @escaping @Sendable (JSONObject) async -> Void) { notify = take }

    nonisolated func nextID() -> JSONValue { JSONValue(lastID.add(1, ordering: .relaxed).newValue) }

    // MARK: - Start and end

    /// The server's information; negotiates the revision first, if needed.
    ///
    /// - Throws: ``RemoteError``, ``ClientError``, `CancellationError`.
    public func serverInfo() async throws -> ServerInfo {
        let (dialect, info, _) = try await negotiated()
        if let info { return info }
        guard case .modern(let version) = dialect else { return ServerInfo(discovered: [:], version: .july2026) }
        return ServerInfo(discovered: try await request(Method.discover.rawValue), version: version)
    }

    func dialect() async throws -> Negotiation.Dialect { try await negotiated().dialect }

    /// One negotiation for all requests.
    private func negotiated() async throws -> Negotiation.Outcome {
        let shared = if let negotiation, negotiation.join() { negotiation } else { negotiate() }
        do {
            return try await shared.value()
        } catch {
            if negotiation === shared { negotiation = nil }
            throw error
        }
    }

    private func negotiate() -> SharedTask<Negotiation.Outcome> {
        let remembered = options.era == .automatic ? memory.version() : nil
        isAssumed = remembered?.era == .modern
        let work = Negotiation(
            endpoint: endpoint, reader: reader, choice: options.era, nextID: { [self] in nextID() },
            // A request of the server must wait, because its answer needs the negotiation.
            notify: { [self] in if $0.given(Member.id) == nil { await received($0) } })
        let shared = SharedTask { [memory] in
            let outcome = try await work.begin(remembered: remembered)
            if let info = outcome.info, outcome.isCertain { memory.remember(info.version) }
            return outcome
        }
        negotiation = shared
        return shared
    }

    /// Ends the session of the older revisions; the server's answer is ignored.
    public func close() async {
        guard let negotiation, negotiation.join(),
            case .legacy(let session) = try? await negotiation.value().dialect, session.id != nil
        else { return }
        self.negotiation = nil
        let answer = try? await endpoint.open(.delete, fields: session.fields, operation: "DELETE")
        await answer?.discard()
    }

    // MARK: - Requests

    /// Sends a request and returns the result.
    ///
    /// - Throws: ``RemoteError``, ``ClientError``, `CancellationError`.
    public func request(_ method: String, _ params: JSONObject = [:]) async throws -> JSONObject {
        try await request(method, params, headers: [])
    }

    func request(
        _ method: String, _ params: JSONObject, headers: [(name: String, value: String)]
    ) async throws -> JSONObject {
        if let kept = cache.result(of: method, params, owner: try await owner(), now: Self.now) { return kept }
        let result = try await exchange(method, params, headers: headers)
        cache.keep(result, of: method, params, owner: try await owner(), now: Self.now)
        return result
    }

    /// The owner of a private result: the token that it was requested with.
    private func owner() async throws -> String? { try await access.tokens()?.accessToken.digest.fingerprint }

    private func exchange(
        _ method: String, _ params: JSONObject, headers: [(name: String, value: String)]
    ) async throws -> JSONObject {
        var params = params
        var mayReopen = true
        for _ in 0..<4 {
            switch try await dialect() {
            case .modern(let version):
                let message = ModernMessage(
                    id: nextID(), method: method, params: params, version: version, parameters: headers)
                let result: JSONObject
                do {
                    result = try await answer(
                        to: message.id, fields: message.fields, body: message.body, method: method)
                } catch  where isAssumed && EraProbe.contradicts(error) {
                    memory.forget()
                    negotiation = nil
                    continue
                } catch let error as ClientError where isAssumed && error.kind == .network && error.hasStatus {
                    // It is unknown whether the request was processed, so it is not repeated; the next one probes anew.
                    memory.forget()
                    negotiation = nil
                    throw error
                }
                isAssumed = false
                guard let state = try ModernResult.stateToReturn(result) else { return result }
                params["requestState"] = state
            case .legacy(let session):
                do {
                    return try await legacyAnswer(method, params, session)
                } catch  where mayReopen && session.id != nil && Self.isForgottenSession(error) {
                    mayReopen = false
                    negotiation = nil
                }
            }
        }
        throw ClientError(.protocolViolation, "The server does not come to an end with \(method).")
    }

    private func legacyAnswer(
        _ method: String, _ params: JSONObject, _ session: LegacyMessage.Session
    ) async throws -> JSONObject {
        let (id, clock) = (nextID(), AnswerClock(timeouts))
        let token = params[MetaKey.meta]?.object?["progressToken"]?.messageKey
        if let token { clocks[token] = clock }
        defer { if let token { clocks[token] = nil } }
        do {
            let stream = try await endpoint.open(
                .post, fields: ModernMessage.commonFields + session.fields,
                body: LegacyMessage.body(id: id, method: method, params: params), operation: method, clock: clock)
            clock.restart()
            return try await clock.bound(stream.url) { [self] in
                try await answer(to: id, from: stream, in: session, clock: clock)
            }
        } catch {
            let isAbandoned = error is CancellationError || (error as? ClientError)?.code == "timeout"
            if isAbandoned { await cancel(id, in: session) }
            throw error
        }
    }

    private func answer(
        to id: JSONValue, fields: [(name: String, value: String)], body: [UInt8], method: String
    ) async throws -> JSONObject {
        let clock = AnswerClock(timeouts)
        let stream = try await endpoint.open(.post, fields: fields, body: body, operation: method, clock: clock)
        clock.restart()
        return try await clock.bound(stream.url) { [self] in
            try await reader.answer(to: id, in: stream, clock: clock) { await received($0) }
        }
    }

    /// Tells a server of the older revisions that a request is cancelled; a lost connection does not imply that.
    private func cancel(_ id: JSONValue, in session: LegacyMessage.Session) async {
        let body = LegacyMessage.body(
            id: nil, method: Method.cancelled.rawValue,
            params: ["requestId": id, "reason": "The caller no longer waits."])
        // A task of its own, because this one is cancelled and could send nothing.
        await Task { [endpoint] in
            let fields = ModernMessage.commonFields + session.fields
            let answer = try? await endpoint.open(
                .post, fields: fields, body: body, operation: NotificationName.cancelled)
            await answer?.discard()
        }.value
    }

    /// Handles a message that is not an answer: answers requests of the server, and passes the rest to the listener.
    func received(_ message: JSONObject) async {
        switch message[Member.method]?.string {
        case NotificationName.toolsChanged: forgetTools()
        case NotificationName.progress:
            let token = message[Member.params]?.object?["progressToken"]
            if let token { clocks[token.messageKey]?.sign() }
        default: break
        }
        if let answer = LegacyMessage.answer(to: message) {
            guard case .legacy(let session) = try? await dialect() else { return }
            let fields = ModernMessage.commonFields + session.fields
            let accepted = try? await endpoint.open(.post, fields: fields, body: answer, operation: "response")
            await accepted?.discard()
        } else {
            await notify(message)
        }
    }

    /// Makes the next request for the tools ask the server.
    func forgetTools() {
        cache.forget(Method.listTools.rawValue)
        catalog = nil
        listChanges += 1
    }

    /// Whether a 404 means that the server does not know the session (MCP 2025-11-25, "Session Management").
    private static func isForgottenSession(_ error: any Error) -> Bool {
        (error as? ClientError)?.code == "404" || (error as? RemoteError)?.status == 404
    }

    private static var now: Duration { SystemClock.now() }
}
