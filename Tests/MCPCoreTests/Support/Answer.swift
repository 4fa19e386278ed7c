import Primitives
import Testing
import TestSupport

@testable import MCPCore

/// A reply as the client receives it.
struct Answer {
    let status: Int
    /// The body, parsed.
    var json: JSONValue?
    var sessionID: String?
    var allow: String?
    var scopes: [String]?
    var retryAfter: Duration?
    var stream: ServerStream?
    /// The explanation of a refusal.
    var explanation: Explanation?

    init(_ reply: Reply) throws {
        switch reply {
        case .json(let body, let sessionID):
            status = 200
            json = try JSONParser.parse(body)
            self.sessionID = sessionID
        case .batch(let responses):
            status = 200
            json = .array(try responses.map { try JSONParser.parse($0.bytes) })
        case .refusal(let response, let status):
            self.status = status
            json = try JSONParser.parse(response.bytes)
            explanation = response.explanation
        case .accepted: status = 202
        case .noContent: status = 204
        case .methodNotAllowed(let allow):
            status = 405
            self.allow = allow
        case .notAcceptable: status = 406
        case .insufficientScope(let required):
            status = 403
            scopes = required
        case .tooManyCalls(let retryAfter):
            status = 429
            self.retryAfter = retryAfter
        case .stream(let stream):
            status = 200
            self.stream = stream
        }
    }

    subscript(path: String...) -> JSONValue? {
        path.reduce(json) { $0?.object?[$1] }
    }

    var code: Int? { self["error", "code"]?.number?.intValue }
    var message: String? { self["error", "message"]?.string }
    var id: JSONValue? { self["id"] }
    var result: JSONObject? { self["result"]?.object }

    /// All events of a stream that ends by itself.
    func events() async throws -> [StreamEvent] {
        var events: [StreamEvent] = []
        for await event in try #require(stream).events { events.append(event) }
        return events
    }

    /// All messages of a stream that ends by itself.
    func messages() async throws -> [JSONValue] {
        try await events().compactMap { try $0.message }
    }
}

extension StreamEvent {
    /// The message of this event, parsed.
    var message: JSONValue? {
        get throws {
            switch self {
            case .message(let bytes): try JSONParser.parse(bytes)
            case .refusal(let message): try JSONParser.parse(message.bytes)
            case .prime, .heartbeat: nil
            }
        }
    }
}
