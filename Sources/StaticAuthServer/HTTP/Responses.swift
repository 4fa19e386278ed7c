internal import HTTPEdge
internal import OAuth
internal import Primitives

/// Responses that several routes use.
enum Responses {
    /// A JSON document that must not be cached: tokens, errors, and metadata that changes with the port.
    static func json(_ status: HTTPStatus, bytes body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status, fields: unstoredJSON, body: .bytes(body))
    }

    private static let unstoredJSON = HTTPFields([("Content-Type", "application/json"), ("Cache-Control", "no-store")])

    /// A JSON object that must not be cached.
    static func json(_ status: HTTPStatus, _ object: JSONObject) -> HTTPResponse {
        json(status, bytes: JSONWriter.bytes(of: object))
    }

    /// A file of a given type that must not be cached.
    static func download(_ type: String, _ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            .ok, fields: HTTPFields([("Content-Type", type), ("Cache-Control", "no-store")]), body: .bytes(body))
    }

    /// A document of OAuth as JSON, followed by members of our own.
    static func json(_ status: HTTPStatus, _ document: Document, adding members: [(String, JSONValue)] = [])
        -> HTTPResponse
    {
        json(status, JSONObject(document.members.map { ($0.name, json($0.value)) } + members))
    }

    /// A response of an endpoint for clients; RFC 6749 §5.1 still demands `Pragma`.
    static func credentials(_ status: HTTPStatus, _ document: Document) -> HTTPResponse {
        var response = json(status, document)
        response.fields.append("Pragma", "no-cache")
        return response
    }

    /// Redirects the browser; never with a status that would repeat a posted form there (RFC 9700 §4.12).
    static func redirect(_ status: HTTPStatus, to location: String) -> HTTPResponse {
        HTTPResponse(
            status,
            fields: HTTPFields([
                ("Location", location), ("Cache-Control", "no-store"), ("Referrer-Policy", "same-origin"),
            ]))
    }

    private static func json(_ value: Document.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .integer(let number): JSONValue(Int(number))
        case .boolean(let truth): .bool(truth)
        case .strings(let texts): .array(texts.map { .string($0) })
        }
    }
}
