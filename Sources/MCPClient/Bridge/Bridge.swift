internal import MCP
internal import Synchronization

/// A stdio MCP server whose answers come from a remote server.
///
/// MCP 2026-07-28, basic/transports/stdio, and MCP 2025-11-25, basic/lifecycle. The host may speak either era whatever the
/// remote speaks: the handshake, `ping` and `server/discover` are answered here, everything else is forwarded.
public final class Bridge: Sendable {
    private let connection: MCPConnection
    private let send: @Sendable ([UInt8]) -> Void
    /// What runs for the host, by the id of its request; a subscription never ends by itself.
    private let calls = Mutex<[String: (task: Task<Void, Never>, isSubscription: Bool)]>([:])
    private let era = Mutex<ProtocolVersion?>(nil)

    /// A bridge.
    ///
    /// - Parameter send: writes one message, without a line feed, to the host.
    public init(_ connection: MCPConnection, send: @escaping @Sendable ([UInt8]) -> Void) {
        self.connection = connection
        self.send = send
    }

    /// Takes the lines of the host until there are no more, lets calls under way finish, and ends subscriptions.
    public func run(_ lines: AsyncStream<[UInt8]>) async {
        await connection.onNotification { [self] in hear($0) }
        for await line in lines { receive(line) }
        let running = calls.withLock { Array($0.values) }
        for call in running where call.isSubscription || Task.isCancelled { call.task.cancel() }
        for call in running { await call.task.value }
        await connection.close()
    }

    private func receive(_ line: [UInt8]) {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return }
        guard let message = (try? JSONParser.parse(line))?.object else {
            return answer(BridgeMessage.error(-32700, "Parse error: this line is no JSON object", id: nil))
        }
        guard let method = message[Member.method]?.string else { return }
        let params = message[Member.params]?.object ?? [:]
        guard let id = message[Member.id] else {
            return take(notification: method, params)
        }
        start(BridgeMessage.key(id), isSubscription: method == Method.listen.rawValue) { [self] in
            if let response = await respond(to: method, params, id: id) { answer(response) }
        }
    }

    private func take(notification method: String, _ params: JSONObject) {
        switch method {
        case Method.cancelled.rawValue:
            if let id = params["requestId"] { calls.withLock { $0[BridgeMessage.key(id)] }?.task.cancel() }
        case "notifications/initialized":
            // Hosts of the older revisions do not subscribe; they are told of changes all the same.
            start("notifications", isSubscription: true) { [connection] in try? await connection.listen { _ in } }
        default: break
        }
    }

    private func start(_ key: String, isSubscription: Bool, _ work: @escaping @Sendable () async -> Void) {
        calls.withLock { calls in
            let task = Task { [self] in
                await work()
                _ = self.calls.withLock { $0.removeValue(forKey: key) }
            }
            calls[key] = (task, isSubscription)
        }
    }

    private func answer(_ message: JSONObject) { send(JSONWriter.bytes(of: message)) }

    // MARK: - Requests of the host

    private func respond(to method: String, _ params: JSONObject, id: JSONValue) async -> JSONObject? {
        let isModern = params[MetaKey.meta]?.object?[MetaKey.protocolVersion] != nil
        do {
            let result: JSONObject
            switch method {
            case Method.initialize.rawValue: result = try await initialize(params)
            case Method.discover.rawValue where isModern: result = try await discover()
            case Method.ping.rawValue where !isModern: result = [:]
            case Method.listen.rawValue where isModern: result = try await listen(params, id: id)
            default:
                let forwarded = try await connection.request(method, BridgeMessage.forwarded(params))
                result = isModern ? BridgeMessage.modern(forwarded, method: method) : BridgeMessage.legacy(forwarded)
            }
            return BridgeMessage.result(result, id: id)
        } catch is CancellationError {
            return nil
        } catch let error as RemoteError {
            return BridgeMessage.error(error.code, error.message, data: error.data, id: id)
        } catch {
            return BridgeMessage.error(-32603, "\(error)", id: id)
        }
    }

    private func initialize(_ params: JSONObject) async throws -> JSONObject {
        let facts = try await connection.facts()
        let wanted = params["protocolVersion"]?.string.flatMap(ProtocolVersion.init)
        let version = wanted.flatMap { $0.era == .legacy ? $0 : nil } ?? .november2025
        era.withLock { $0 = version }
        var result: JSONObject = [
            "protocolVersion": .string(version.rawValue), "capabilities": .object(facts.capabilities),
            "serverInfo": .object(facts.implementation ?? ClientDescription.implementation),
        ]
        result["instructions"] = facts.instructions.map { .string($0) }
        return result
    }

    private func discover() async throws -> JSONObject {
        let facts = try await connection.facts()
        era.withLock { $0 = .july2026 }
        var result: JSONObject = [
            "resultType": "complete", "supportedVersions": .array(ProtocolVersion.modern.map { .string($0.rawValue) }),
            "capabilities": .object(facts.capabilities), "ttlMs": 0, "cacheScope": "private",
            MetaKey.meta: [MetaKey.serverInfo: .object(facts.implementation ?? ClientDescription.implementation)],
        ]
        result["instructions"] = facts.instructions.map { .string($0) }
        return result
    }

    /// Passes on what the remote tells, tagged with the host's own subscription.
    private func listen(_ params: JSONObject, id: JSONValue) async throws -> JSONObject {
        let wanted = params["notifications"]?.object?["toolsListChanged"]?.bool ?? false
        let tag: JSONObject = [MetaKey.subscriptionID: id]
        answer(
            BridgeMessage.notification(
                "notifications/subscriptions/acknowledged",
                [MetaKey.meta: .object(tag), "notifications": wanted ? ["toolsListChanged": true] : [:]]))
        do {
            if wanted {
                try await connection.listen { [self] message in
                    guard message[Member.method]?.string == "notifications/tools/list_changed" else { return }
                    answer(BridgeMessage.notification("notifications/tools/list_changed", [MetaKey.meta: .object(tag)]))
                }
            }
        } catch let error as ClientError where error.code == MCPConnection.tellsNothingCode {
            // The remote tells nothing on its own, which is no fault of the host's.
        }
        // The subscription lasts until the host cancels it.
        for await _ in AsyncStream<Never>.makeStream().stream {}
        try Task.checkCancellation()
        return ["resultType": "complete", MetaKey.meta: .object(tag)]
    }

    /// Passes a notification of the remote on: progress always, changes only to hosts of the older revisions, which do not
    /// subscribe.
    private func hear(_ message: JSONObject) {
        guard let method = message[Member.method]?.string, message[Member.id] == nil else { return }
        let isLegacyHost = era.withLock { $0?.era } == .legacy
        guard method == "notifications/progress" || isLegacyHost && method != "notifications/subscriptions/acknowledged"
        else { return }
        answer(BridgeMessage.notification(method, message[Member.params]?.object ?? [:]))
    }
}
