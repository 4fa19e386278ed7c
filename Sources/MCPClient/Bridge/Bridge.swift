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
        /// Whether the host has sent its last line.
        var isLast = false
        /// Whether the bridge was told to end, so that calls are not cancelled by the host.
        var isEnding = false
        /// The first failure of a call after the host's last line, or at the end of the bridge.
        var failure: (any Error)?
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

    /// Reads the lines of the host until the end, ends subscriptions, and waits for the answers of all calls, for as
    /// long as their connections to the server live.
    ///
    /// When the task is cancelled, calls end with an error.
    ///
    /// - Returns: the first failure of a call after the last line, which the host may not be there to read;
    ///   `CancellationError` when the task was cancelled before an answer.
    @discardableResult
    public func run(_ lines: some AsyncSequence<[UInt8], Never> & Sendable) async -> (any Error)? {
        await connection.onNotification { [self] in await hear($0) }
        for await line in lines { await receive(line) }
        let running = state.withLock { state in
            state.isLast = true
            return Array(state.calls.values)
        }
        for call in running where call.isSubscription { call.task.cancel() }
        await withTaskCancellationHandler {
            for call in running { await call.task.value }
        } onCancel: {
            state.withLock { $0.isEnding = true }
            for call in running { call.task.cancel() }
        }
        await connection.close()
        return state.withLock { $0.failure }
    }

    // MARK: - Messages of the host

    /// Where the answer to one message goes; nil when there is none.
    private typealias Reply = @Sendable (JSONObject?) async -> Void

    private func receive(_ line: [UInt8]) async {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
        guard let value = try? JSONParser.parse(line) else {
            return await answer(BridgeMessage.error(-32700, "Parse error: this line is not JSON", id: nil))
        }
        guard let batch = value.array else { return await receive(value) { [self] in await answer($0) } }
        // Of all revisions only 2025-03-26 has batches (basic, "Batching").
        let mayBatch = state.withLock { $0.era } == .march2025
        guard mayBatch, !batch.isEmpty else {
            let problem =
                batch.isEmpty ? "Invalid request: an empty batch" : "Invalid request: this revision has no batches"
            let ids = batch.compactMap { $0.object?.given(Member.id) }
            if ids.isEmpty { await answer(BridgeMessage.error(-32600, problem, id: nil)) }
            for id in ids { await answer(BridgeMessage.error(-32600, problem, id: id)) }
            return
        }
        let answers = BatchAnswers(count: batch.count)
        for value in batch {
            await receive(value) { [self] in
                guard let whole = answers.add($0), !whole.isEmpty else { return }
                await outbox.send { JSONWriter.bytes(of: .array(whole)) }
            }
        }
    }

    /// Handles one message.
    ///
    /// - Parameter reply: is called once, with or without an answer.
    private func receive(_ value: JSONValue, _ reply: @escaping Reply) async {
        let message = value.object ?? [:]
        guard let method = message[Member.method]?.string else {
            // Nothing was asked of the host, so responses answer nothing.
            let isResponse = message[Member.result] != nil || message.given(Member.error) != nil
            let problem = "Invalid request: method is missing or is no text"
            return await reply(isResponse ? nil : BridgeMessage.error(-32600, problem, id: message.given(Member.id)))
        }
        let params = message[Member.params]?.object ?? [:]
        guard let id = message[Member.id] else {
            take(notification: method, params)
            return await reply(nil)
        }
        guard state.withLock({ $0.calls.count }) < Self.requestLimit else {
            let problem = "More than \(Self.requestLimit) requests are under way; wait for some of them"
            return await reply(BridgeMessage.error(-32603, problem, id: id))
        }
        let isSubscription = method == Method.listen.rawValue
        start(id.messageKey, isSubscription: isSubscription) { [self] in
            let isForwarded = !isSubscription && method != Method.ping.rawValue
            guard isForwarded else { return await reply(respond(to: method, params, id: id)) }
            var hadTurn = false
            // The turn ends when the answer has been written, which limits the answers that wait for the host.
            await turns.run {
                hadTurn = true
                await reply(respond(to: method, params, id: id))
            }
            if !hadTurn { await reply(withoutAnswer(to: method, id)) }
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

    /// Sends a message, unless there is none or its call was cancelled by the host meanwhile.
    private func answer(_ message: JSONObject?) async {
        guard let message else { return }
        let send: @Sendable () async -> Void = { [outbox] in await outbox.send { JSONWriter.bytes(of: message) } }
        // The task of a call that the bridge ends is cancelled, and could send nothing.
        if state.withLock({ $0.isEnding }) { await Task { await send() }.value } else { await send() }
    }

    /// The answer to a cancelled call: none when the host has cancelled it, or it is a subscription.
    private func withoutAnswer(to method: String, _ id: JSONValue) -> JSONObject? {
        guard method != Method.listen.rawValue else { return nil }
        let isEnding = state.withLock { state in
            if state.isEnding, state.failure == nil { state.failure = CancellationError() }
            return state.isEnding
        }
        guard isEnding else { return nil }
        return BridgeMessage.error(-32603, "The bridge was ended before the server answered", id: id)
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
            return Task.isCancelled
                ? withoutAnswer(to: method, id) : BridgeMessage.error(-32603, "The request was interrupted", id: id)
        } catch let error as RemoteError {
            return BridgeMessage.error(error.code, error.message, data: error.data, id: id)
        } catch let error as ClientError where error.code == MCPConnection.unusableToolCode {
            return BridgeMessage.error(-32602, words(error), id: id)
        } catch {
            state.withLock { if $0.isLast, $0.failure == nil { $0.failure = error } }
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
        return BridgeMessage.initialized(info, version)
    }

    private func discover() async throws -> JSONObject {
        let info = try await connection.serverInfo()
        state.withLock { $0.era = .july2026 }
        return BridgeMessage.discovered(info)
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
        guard let method = message[Member.method]?.string, message.given(Member.id) == nil else { return }
        let isLegacyHost = state.withLock { $0.era?.era } == .legacy
        guard method == NotificationName.progress || isLegacyHost && method != NotificationName.acknowledged
        else { return }
        await answer(BridgeMessage.notification(method, message[Member.params]?.object ?? [:]))
    }
}
