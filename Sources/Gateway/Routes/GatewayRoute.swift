internal import HTTPEdge
internal import Primitives
internal import StaticAuthServer

/// A request that the guard has admitted.
struct GatewayRequest: Sendable {
    let http: HTTPRequest
    /// The origin under which it reached the gateway.
    let reached: Origin
    /// The listed origin that sent it; nil when it comes from no page.
    let sender: Origin?

    /// The JSON object in the body.
    ///
    /// - Throws: `invalid_request`: 415 for another media type, 400 for what is no JSON object.
    func object() throws(GatewayError) -> JSONObject {
        guard http.fields.mediaType == "application/json" else {
            throw .invalid("The body has to be application/json.", .unsupportedMediaType)
        }
        guard let object = (try? JSONParser.parse(http.body))?.object else {
            throw .invalid("The body is no JSON object.")
        }
        return object
    }
}

extension JSONObject {
    /// A member that has to be a text.
    func required(_ name: String) throws(GatewayError) -> String {
        guard let text = try optional(name) else { throw .invalid("\(name) is missing.") }
        return text
    }

    /// A member that is a text where it is present.
    func optional(_ name: String) throws(GatewayError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string, !text.isEmpty, text.utf8.count <= 8192 else {
            throw .invalid("\(name) has to be a text that is not empty.")
        }
        return text
    }
}

/// What answers the requests of one path.
protocol GatewayRoute: Sendable {
    func respond(to request: GatewayRequest) async throws(GatewayError) -> HTTPResponse
}
