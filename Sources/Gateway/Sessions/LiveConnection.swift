internal import MCPClient
internal import MCPCore
internal import Primitives
internal import Synchronization

/// The connection of a session to its server, in this instance's memory.
final class LiveConnection: Sendable {
    let access: ServerAccess
    private let connection: MCPConnection
    private let progress = Mutex<[String: @Sendable (JSONObject) -> Void]>([:])
    private let isListening = Atomic(false)
    private let lastToken = Atomic(0)

    init(access: ServerAccess, connection: MCPConnection) { (self.access, self.connection) = (access, connection) }

    /// Reaches the server; negotiates the revision first.
    ///
    /// - Throws: ``LoginPending`` when the server wants a login; errors of the connection.
    func reach() async throws { _ = try await connection.serverInfo() }

    /// The definitions of all usable tools, of every page.
    func tools() async throws -> [JSONObject] { try await connection.tools().tools.map(\.definition) }

    /// Calls a tool.
    ///
    /// - Parameter report: gets the parameters of each progress notification; nil to ask for none.
    func call(
        _ name: String, _ arguments: JSONObject, report: (@Sendable (JSONObject) -> Void)? = nil
    ) async throws -> JSONObject {
        var params: JSONObject = ["name": .string(name), "arguments": .object(arguments)]
        guard let report else { return try await connection.call(params, withFreshList: false).0 }
        await listen()
        let token = "progress-\(lastToken.add(1, ordering: .relaxed).newValue)"
        progress.withLock { $0[token] = report }
        defer { progress.withLock { $0[token] = nil } }
        params[MetaKey.meta] = ["progressToken": .string(token)]
        return try await connection.call(params, withFreshList: false).0
    }

    private func listen() async {
        guard !isListening.exchange(true, ordering: .relaxed) else { return }
        await connection.onNotification { [weak self] message in self?.take(message) }
    }

    private func take(_ message: JSONObject) {
        guard message["method"]?.string == NotificationName.progress, let params = message["params"]?.object,
            let token = params["progressToken"]?.string
        else { return }
        progress.withLock { $0[token] }?(params)
    }

    /// Ends the session at the server.
    func close() async { await connection.close() }
}
