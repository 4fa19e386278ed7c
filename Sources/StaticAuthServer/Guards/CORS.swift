internal import HTTPEdge
internal import MCPCore
internal import Primitives

/// Lets web pages read the answers of the endpoints for programs, to debug a client in a browser.
///
/// WHATWG Fetch. Only an origin that the guard allows is named. The pages for people, above all `/authorize`, never get
/// these fields (OAuth 2.1 §3.1).
enum CORS {
    /// The answer to a preflight request, which needs no token.
    static func preflight(_ request: HTTPRequest, origin: String, methods: [HTTPMethod]) -> HTTPResponse {
        let asked = request.fields["access-control-request-headers"]
            .flatMap { $0.split(separator: ",") }
            .map { $0.trimmingSpaces() }
            .filter { $0.lowercased().hasPrefix(parameterPrefix) && $0.utf8.allSatisfy { (0x21..<0x7F).contains($0) } }
        var response = HTTPResponse(.noContent)
        response.fields.append("Access-Control-Allow-Methods", methods.map(\.rawValue).joined(separator: ", "))
        response.fields.append("Access-Control-Allow-Headers", (allowed + asked).joined(separator: ", "))
        response.fields.append("Access-Control-Max-Age", "600")
        expose(&response, to: origin)
        return response
    }

    /// Adds the fields that let a page of the origin read the response.
    static func expose(_ response: inout HTTPResponse, to origin: String) {
        response.fields.append("Access-Control-Allow-Origin", origin)
        response.fields.append("Access-Control-Expose-Headers", exposed)
        response.fields.append("Vary", "Origin")
    }

    private static let allowed = [
        "Authorization", "Content-Type", "Accept", HeaderName.protocolVersion, HeaderName.method, HeaderName.name,
        HeaderName.session, HeaderName.lastEventID,
    ]
    private static let exposed = "WWW-Authenticate, \(HeaderName.session), \(HeaderName.protocolVersion)"
    private static let parameterPrefix = HeaderName.parameterPrefix.lowercased()
}
