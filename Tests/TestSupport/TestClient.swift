internal import MCPCore
public import Primitives

/// A small HTTP client for tests: one connection per request, no redirects followed, no fields hidden.
public struct TestClient: Sendable {
    /// The server's port on 127.0.0.1.
    public let port: Int
    /// The value of `Host`.
    public var host: String
    /// The `Accept` of requests that set none; nil for no such field.
    public var accept: String?
    /// The `User-Agent`; nil for no such field.
    public var agent: String?

    /// Makes a client of the server on a port, with `localhost` as its host.
    public init(port: Int) {
        self.port = port
        host = "localhost:\(port)"
    }

    /// The origin of the server's URLs for this client.
    public var origin: String { "http://\(host)" }

    /// An answer of the server.
    public struct Answer: Sendable {
        /// The status code.
        public let status: Int
        /// The header fields in order, with names as received.
        public let fields: [(name: String, value: String)]
        /// The body, without framing.
        public let body: String

        /// The value of the only field with a name; nil when there is none or more than one.
        public subscript(name: String) -> String? {
            let values = values(name)
            return values.count == 1 ? values[0] : nil
        }

        /// The values of all fields with a name.
        public func values(_ name: String) -> [String] {
            fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }

        /// The body as a JSON object; empty when it is none.
        public var json: JSONObject {
            (try? JSONParser.parse(Array(body.utf8)))?.object ?? [:]
        }
    }

    /// Text that is not an HTTP answer.
    public struct MalformedAnswer: Error {
        let text: String
    }

    /// Sends a request and reads the whole answer.
    public func send(
        _ method: String, _ target: String, _ fields: [(String, String)] = [], body: String? = nil
    ) async throws -> Answer {
        try await send(raw: Array(head(method, target, fields + [("Connection", "close")], body).utf8))
    }

    /// Sends the bytes of one request with `Connection: close`, and reads the whole answer.
    public func send(raw bytes: [UInt8]) async throws -> Answer {
        let connection = try await RawConnection(port: port)
        await connection.send(bytes)
        let text = await connection.readToEnd()
        guard let answer = Self.parse(text) else { throw MalformedAnswer(text: text) }
        return answer
    }

    /// Gets a document.
    public func get(_ target: String, _ fields: [(String, String)] = []) async throws -> Answer {
        try await send("GET", target, fields)
    }

    /// Posts a form; several values of a name are sent in order.
    public func post(
        _ target: String, form: [(String, String)], _ fields: [(String, String)] = []
    ) async throws -> Answer {
        try await send(
            "POST", target, [("Content-Type", "application/x-www-form-urlencoded")] + fields,
            body: Self.encode(form))
    }

    /// Form-encodes names and values.
    public static func encode(_ form: [(String, String)]) -> String {
        form.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
    }

    /// Percent-encodes everything but unreserved characters.
    public static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
            let hex = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(character) : "%" + (hex.count == 1 ? "0" : "") + hex
        }.joined()
    }

    /// The bytes of a request.
    public func head(_ method: String, _ target: String, _ fields: [(String, String)], _ body: String?) -> String {
        var lines = ["\(method) \(target) HTTP/1.1"]
        if !fields.contains(where: { $0.0.lowercased() == "host" }) { lines.append("Host: \(host)") }
        if let accept { lines.append("Accept: \(accept)") }
        if let agent { lines.append("User-Agent: \(agent)") }
        lines += fields.filter { accept == nil || $0.0 != "Accept" }.map { "\($0.0): \($0.1)" }
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
    }

    static func parse(_ text: String) -> Answer? {
        // A carriage return and a line feed are one `Character`, so the bytes are split instead.
        let bytes = Array(text.utf8)
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first?.split(separator: " "), first.count >= 2, let status = Int(first[1]) else {
            return nil
        }
        let fields = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        var body = Array(bytes[end.upperBound...])
        if fields.contains(where: { $0.name.lowercased() == "transfer-encoding" }) { body = unchunked(body) }
        return Answer(status: status, fields: fields, body: String(decoding: body, as: UTF8.self))
    }

    private static func unchunked(_ bytes: [UInt8]) -> [UInt8] {
        var (rest, body) = (bytes[...], [UInt8]())
        while let end = rest.firstRange(of: Array("\r\n".utf8)),
            let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16), size > 0
        {
            body += rest[end.upperBound...].prefix(size)
            rest = rest[end.upperBound...].dropFirst(size + 2)
        }
        return body
    }
}
