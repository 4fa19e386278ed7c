internal import MCPCore
public import Primitives

/// Reads the events of a stream one by one, as they arrive.
public final class EventReader {
    /// One event, or one comment between events.
    public struct Event: Equatable, Sendable {
        /// The lines as received, without the empty line at the end.
        public let lines: [String]

        /// The text of all lines with a field name; nil when there is none.
        public func value(_ field: String) -> String? {
            let values = lines.filter { $0.hasPrefix("\(field):") }
                .map { String($0.dropFirst(field.count + 1).drop { $0 == " " }) }
            return values.isEmpty ? nil : values.joined(separator: "\n")
        }

        /// Whether it is a comment, which keeps the connection alive.
        public var isComment: Bool { lines.allSatisfy { $0.hasPrefix(":") } }

        /// The JSON object in its data; empty when there is none.
        public var json: JSONObject {
            (try? JSONParser.parse(Array((value("data") ?? "").utf8)))?.object ?? [:]
        }
    }

    /// The connection, which a test may close.
    public let connection: RawConnection
    /// The head of the answer.
    public let head: TestClient.Answer
    private var received: [UInt8]

    /// Sends a request and reads the head of its answer.
    public init(
        _ client: TestClient, _ method: String, _ target: String, _ fields: [(String, String)], body: String? = nil
    ) async throws {
        connection = try await RawConnection(port: client.port)
        await connection.send(client.head(method, target, fields, body))
        received = []
        let end = Array("\r\n\r\n".utf8)
        while received.firstRange(of: end) == nil, let more = await connection.read() { received += more }
        guard let range = received.firstRange(of: end),
            let head = TestClient.parse(String(decoding: received[..<range.upperBound], as: UTF8.self))
        else { throw TestClient.MalformedAnswer(text: String(decoding: received, as: UTF8.self)) }
        self.head = head
        received.removeSubrange(..<range.upperBound)
        dropChunkHead()
    }

    /// The next event or comment; nil when the stream has ended.
    public func next() async -> Event? {
        let end = Array("\n\n".utf8)
        while true {
            if let range = received.firstRange(of: end) {
                let text = String(decoding: received[..<range.lowerBound], as: UTF8.self)
                received.removeSubrange(..<range.upperBound)
                dropChunkHead()
                return Event(lines: text.split(separator: "\n").map(String.init))
            }
            guard !isComplete, let more = await connection.read() else { return nil }
            received += more
            dropChunkHead()
        }
    }

    /// The next event that is no comment.
    public func nextMessage() async -> Event? {
        while let event = await next() {
            if !event.isComment { return event }
        }
        return nil
    }

    private var isComplete = false

    /// Removes the framing of a chunk at its start; this server writes one event per chunk.
    private func dropChunkHead() {
        while received.starts(with: Array("\r\n".utf8)) { received.removeFirst(2) }
        guard let end = received.firstRange(of: Array("\r\n".utf8)),
            let size = Int(String(decoding: received[..<end.lowerBound], as: UTF8.self), radix: 16)
        else { return }
        received.removeSubrange(..<end.upperBound)
        if size == 0 { isComplete = true }
    }
}
