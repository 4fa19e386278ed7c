internal import HTTPEdge
internal import Primitives

/// The forms of answers.
enum Answers {
    static func json(_ status: HTTPStatus, _ object: JSONObject) -> HTTPResponse {
        json(status, bytes: JSONWriter.bytes(of: object))
    }

    static func json(_ status: HTTPStatus, bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(status, fields: HTTPFields(json), body: .bytes(bytes))
    }

    private static let json = [
        (name: "Content-Type", value: "application/json"), ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]

    static func done(_ message: String) -> HTTPResponse {
        json(.ok, ["success": true, "message": .string(message)])
    }

    /// The document of a failure.
    static func document(_ error: GatewayError) -> JSONObject {
        var document: JSONObject = ["error": .string(error.words), "code": .string(error.code.rawValue)]
        document["authUrl"] = error.authURL.map { .string($0) }
        return document
    }

    static func failure(_ error: GatewayError) -> HTTPResponse {
        var response = json(error.status, document(error))
        if let wait = error.retryAfter {
            response.fields.append("Retry-After", String(max(1, Int((wait / .seconds(1)).rounded(.up)))))
        }
        return response
    }

    /// A file of the build that never changes while the gateway runs.
    static func file(_ type: String, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            .ok,
            fields: HTTPFields([
                ("Content-Type", type), ("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff"),
            ]), body: .bytes(bytes))
    }
}
