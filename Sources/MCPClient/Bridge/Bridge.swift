internal import MCPCore
internal import Primitives
internal import Synchronization

/// A stdio MCP server that forwards to a remote server.
///
/// MCP 2026-07-28, basic/transports/stdio, and MCP 2025-11-25, basic/lifecycle. The host may use either era, whatever
/// the remote supports: the handshake, `ping` and `server/discover` are answered here, everything else is forwarded.
public final class Bridge: Sendable {
    /// The maximum numbers of the host's pending requests, and of those forwarded at once; further ones wait.
    static let (requestLimit, forwardLimit) = (1024, 64)
    /// A key in place of an id; it cannot be one, because ids are JSON.
    private static let changes = "changes"

    /// A task that runs for the host.
    private struct Running {
        /// The id of the request.
        let key: String
        let task: Task<Void, Never>
        /// Whether it is a subscription, which never ends by itself.
        let isSubscription: Bool
    }

    private struct State {
        /// The running calls by a number of our own, because a host may use an id twice.
        var calls: [Int: Running] = [:]
        var started = 0
        var era: ProtocolVersion?
        var warnings: Set<String> = []
        var lastSent = ContinuousClock.now
    }

    private let connection: MCPConnection
    private let outbox: Outbox
    private let turns = Turns(limit: forwardLimit)
    private let words: @Sendable (any Error) -> String
    private let warn: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// Makes a bridge.
    ///
    /// - Parameters:
    ///   - words: puts a failure into words for the host.
    ///   - warn: gets warnings about the server for people, once each.
    ///   - send: writes one message, without a line feed, to the host. It is called again only after it has returned;
    ///     while it waits for the host, only answers of pending requests are read from the server.
    public init(
        _ connection: MCPConnection, words: @escaping @Sendable (any Error) -> String = { "\($0)" },
        warn: @escaping @Sendable (String) -> Void = { _ in },
        send: @escaping @Sendable ([UInt8]) async -> Void
    ) {
        self.connection = connection
        self.words = words
        self.warn = warn
        outbox = Outbox(send)
    }

    /// Reads the lines of the host until the end, lets calls finish, and ends subscriptions.
    ///
    /// A host that has closed its output cannot cancel: calls without a sign of life for the limits' timeout are then
    /// ended.
    public func run(_ lines: some AsyncSequence<[UInt8], Never> & Sendable) async {
        await connection.onNotification { [self] in await hear($0) }
        for await line in lines { await receive(line) }
        let running = state.withLock { Array($0.calls.values) }
        for call in running where call.isSubscription || Task.isCancelled { call.task.cancel() }
        await withTaskGroup { group in
            group.addTask { for call in running { await call.task.value } }
            group.addTask { [self] in await hearNothing(for: connection.web.limits.timeout) }
            await group.next()
            for call in running { call.task.cancel() }
            group.cancelAll()
        }
        await connection.close()
    }

    /// Returns when nothing was sent to the host for a time, or when the task is cancelled.
    private func hearNothing(for limit: Duration) async {
        state.withLock { $0.lastSent = .now }
        while !Task.isCancelled {
            let end = state.withLock { $0.lastSent } + limit
            guard end > .now else { return }
            try? await Task.sleep(until: end, clock: .continuous)
        }
    }

    private func receive(_ line: [UInt8]) async {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
        guard let message = (try? JSONParser.parse(line))?.object else {
            return await answer(BridgeMessage.error(-32700, "Parse error: this line is no JSON object", id: nil))
        }
        guard let method = message[Member.method]?.string else { return }
        let params = message[Member.params]?.object ?? [:]
        guard let id = message[Member.id] else {
            return take(notification: method, params)
        }
        guard state.withLock({ $0.calls.count }) < Self.requestLimit else {
            let problem = "More than \(Self.requestLimit) requests are under way; wait for some of them"
            return await answer(BridgeMessage.error(-32603, problem, id: id))
        }
        let isSubscription = method == Method.listen.rawValue
        start(id.messageKey, isSubscription: isSubscription) { [self] in
            let isForwarded = !isSubscription && method != Method.ping.rawValue
            guard isForwarded else { return await answer(respond(to: method, params, id: id)) }
            // The turn ends when the answer has been written, which limits the answers that wait for the host.
            await turns.run { await answer(respond(to: method, params, id: id)) }
        }
    }

    private func take(notification method: String, _ params: JSONObject) {
        switch method {
        case Method.cancelled.rawValue:
            guard let key = params["requestId"]?.messageKey else { return }
            for task in state.withLock({ $0.calls.values.filter { $0.key == key }.map(\.task) }) { task.cancel() }
        case NotificationName.initialized
        where !state.withLock({ $0.calls.values.contains { $0.key == Self.changes } }):
            // Hosts of the older revisions do not subscribe, but expect to be notified of changes.
            start(Self.changes, isSubscription: true) { [connection] in try? await connection.listen { _ in } }
        default: break
        }
    }

    private func start(_ key: String, isSubscription: Bool, _ work: @escaping @Sendable () async -> Void) {
        state.withLock { state in
            state.started += 1
            let number = state.started
            let task = Task { [self] in
                await work()
                self.state.withLock { $0.calls[number] = nil }
            }
            state.calls[number] = Running(key: key, task: task, isSubscription: isSubscription)
        }
    }

    /// Sends a message, unless there is none or its call was cancelled meanwhile.
    private func answer(_ message: JSONObject?) async {
        guard let message else { return }
        await outbox.send { JSONWriter.bytes(of: message) }
        state.withLock { $0.lastSent = .now }
    }

    // MARK: - Requests of the host

    private func respond(to method: String, _ params: JSONObject, id: JSONValue) async -> JSONObject? {
        let isModern = params[MetaKey.meta]?.object?[MetaKey.protocolVersion] != nil
        do {
            try Task.checkCancellation()
            let result: JSONObject
            switch method {
            case Method.initialize.rawValue: result = try await initialize(params)
            case Method.discover.rawValue where isModern: result = try await discover()
            case Method.ping.rawValue where !isModern: result = [:]
            case Method.listen.rawValue where isModern: result = try await listen(params, id: id)
            default:
                let forwarded = try await forward(method, BridgeMessage.forwarded(params))
                result = isModern ? BridgeMessage.modern(forwarded, method: method) : BridgeMessage.legacy(forwarded)
            }
            return BridgeMessage.result(result, id: id)
        } catch is CancellationError {
            return Task.isCancelled ? nil : BridgeMessage.error(-32603, "The request was interrupted", id: id)
        } catch let error as RemoteError {
            return BridgeMessage.error(error.code, error.message, data: error.data, id: id)
        } catch let error as ClientError where error.code == MCPConnection.unusableToolCode {
            return BridgeMessage.error(-32602, words(error), id: id)
        } catch {
            return BridgeMessage.error(-32603, words(error), id: id)
        }
    }

    private func forward(_ method: String, _ params: JSONObject) async throws -> JSONObject {
        switch method {
        case Method.listTools.rawValue: return try await tools(params)
        case Method.callTool.rawValue: return try await connection.call(params, withFreshList: false).0
        default: return try await connection.request(method, params)
        }
    }

    /// The whole list on one page, without unusable tools and regardless of bad cursors.
    private func tools(_ params: JSONObject) async throws -> JSONObject {
        guard params["cursor"] == nil else {
            throw RemoteError(["code": -32602, "message": "Invalid cursor: all tools are on one page"], status: 200)
        }
        let list = try await connection.toolList(params)
        for warning in list.warnings {
            let isNew = state.withLock { $0.warnings.count < 1000 && $0.warnings.insert(warning).inserted }
            if isNew { warn(warning) }
        }
        var result: JSONObject = list.about
        result["tools"] = .array(list.tools.map { .object($0.definition) })
        return result
    }

    private func initialize(_ params: JSONObject) async throws -> JSONObject {
        let info = try await connection.serverInfo()
        let wanted = params["protocolVersion"]?.string.flatMap(ProtocolVersion.init)
        let version = wanted.flatMap { $0.era == .legacy ? $0 : nil } ?? .november2025
        state.withLock { $0.era = version }
        var result: JSONObject = [
            "protocolVersion": .string(version.rawValue), "capabilities": .object(info.capabilities),
            "serverInfo": .object(info.implementation ?? ClientDescription.implementation),
        ]
        result["instructions"] = info.instructions.map { .string($0) }
        return result
    }

    private func discover() async throws -> JSONObject {
        let info = try await connection.serverInfo()
        state.withLock { $0.era = .july2026 }
        var result: JSONObject = [
            "resultType": "complete", "supportedVersions": .array(ProtocolVersion.modern.map { .string($0.rawValue) }),
            "capabilities": .object(info.capabilities), "ttlMs": 0, "cacheScope": "private",
            MetaKey.meta: [MetaKey.serverInfo: .object(info.implementation ?? ClientDescription.implementation)],
        ]
        result["instructions"] = info.instructions.map { .string($0) }
        return result
    }

    /// Forwards the remote's notifications, tagged with the host's own subscription.
    private func listen(_ params: JSONObject, id: JSONValue) async throws -> JSONObject {
        let wanted = params["notifications"]?.object?["toolsListChanged"]?.bool ?? false
        let tag: JSONObject = [MetaKey.subscriptionID: id]
        await answer(
            BridgeMessage.notification(
                NotificationName.acknowledged,
                [MetaKey.meta: .object(tag), "notifications": wanted ? ["toolsListChanged": true] : [:]]))
        do {
            if wanted {
                try await connection.listen { [self] message in
                    guard message[Member.method]?.string == NotificationName.toolsChanged else { return }
                    await answer(
                        BridgeMessage.notification(NotificationName.toolsChanged, [MetaKey.meta: .object(tag)]))
                }
            }
        } catch let error as ClientError where error.code == MCPConnection.tellsNothingCode {
            // The remote sends no notifications, which is not the host's fault.
        }
        // The subscription lasts until the host cancels it.
        for await _ in AsyncStream<Never>.makeStream().stream {}
        try Task.checkCancellation()
        return ["resultType": "complete", MetaKey.meta: .object(tag)]
    }

    /// Forwards a notification of the remote: progress always, changes only to hosts of the older revisions, which do
    /// not subscribe.
    private func hear(_ message: JSONObject) async {
        guard let method = message[Member.method]?.string, message[Member.id] == nil else { return }
        let isLegacyHost = state.withLock { $0.era?.era } == .legacy
        guard method == NotificationName.progress || isLegacyHost && method != NotificationName.acknowledged
        else { return }
        await answer(BridgeMessage.notification(method, message[Member.params]?.object ?? [:]))
    }
}
