import MCPCore
import Primitives
import Synchronization
import TestSupport

@testable import MCPClient

/// A host on the other end of standard input and output.
final class Host: Sendable {
    private let heard = Mutex<[JSONObject]>([])
    private let input: AsyncStream<[UInt8]>.Continuation
    /// The lines from the host.
    let lines: AsyncStream<[UInt8]>

    init() { (lines, input) = AsyncStream.makeStream() }

    @Sendable func take(_ bytes: [UInt8]) {
        let value = try? JSONParser.parse(bytes)
        let message = value?.object ?? value?.array.map { ["batch": .array($0)] } ?? ["broken": true]
        heard.withLock { $0.append(message) }
    }

    func say(_ text: String) { input.yield(Array(text.utf8)) }
    func end() { input.finish() }

    /// Sends a request, or a notification when there is no id.
    func send(_ method: String, id: JSONValue? = nil, _ params: JSONObject = [:]) {
        var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method), "params": .object(params)]
        message["id"] = id
        input.yield(JSONWriter.bytes(of: message))
    }

    func answer(_ id: JSONValue) async -> JSONObject? {
        _ = await eventually(within: .seconds(20)) { self.heard.withLock { $0.contains { $0["id"] == id } } }
        return heard.withLock { $0.first { $0["id"] == id } }
    }

    func notification(_ method: String) async -> JSONObject? {
        _ = await eventually { self.heard.withLock { $0.contains { $0["method"]?.string == method } } }
        return heard.withLock { $0.first { $0["method"]?.string == method } }
    }

    /// Everything that the host received, in order.
    var all: [JSONObject] { heard.withLock { $0 } }

    /// Runs a bridge for a host until the test is over and the bridge has ended.
    static func with(
        _ connection: MCPConnection, warn: @escaping @Sendable (String) -> Void = { _ in },
        _ body: (Host) async throws -> Void
    ) async throws {
        let host = Host()
        let bridge = Bridge(connection, warn: warn, send: host.take)
        let running = Task { await bridge.run(host.lines) }
        do {
            try await body(host)
        } catch {
            running.cancel()
            _ = await running.value
            throw error
        }
        host.end()
        _ = await running.value
    }
}
