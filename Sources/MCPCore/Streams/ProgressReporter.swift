internal import Primitives
import Synchronization

/// Sends the progress notifications of one call.
///
/// MCP 2026-07-28, basic/patterns/progress.
final class ProgressReporter: Sendable {
    private let token: JSONValue
    private let send: @Sendable ([UInt8]) -> Void
    private let latest = Mutex<Double?>(nil)

    init(token: JSONValue, send: @escaping @Sendable ([UInt8]) -> Void) {
        self.token = token
        self.send = send
    }

    func report(_ progress: Double, total: Double?, message: String?) {
        guard progress.isFinite else { return }
        // Sent under the lock, so that the order on the wire is the order of the values.
        latest.withLock { latest in
            if let latest, progress <= latest { return }
            latest = progress
            var params: JSONObject = ["progressToken": token, "progress": JSONValue(progress)]
            params["total"] = total.map { JSONValue($0) }
            params["message"] = message.map(JSONValue.string)
            send(OutgoingMessage.notification(NotificationName.progress, params: params))
        }
    }
}
