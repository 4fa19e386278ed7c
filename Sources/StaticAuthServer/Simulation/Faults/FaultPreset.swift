internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The broken answers of real servers and proxies, by name.
enum FaultPreset: String, CaseIterable, Sendable {
    // The request is not processed:

    /// A proxy's error page with status 500.
    case html500 = "html-500"
    /// A page with status 200, like the answer of a single-page application or a captive portal.
    case html200 = "html-200"
    /// Status 200 and no body.
    case empty200 = "empty-200"
    /// Status 200 and `[]`.
    case array200 = "array-200"
    /// Status 200 and an OAuth error.
    case token200Error = "token-200-error"
    /// 429 with `Retry-After`.
    case tooManyRequests = "too-many-requests"
    /// A redirect to the same place.
    case redirectLoop = "redirect-loop"

    // The request is processed, and its answer is damaged:

    /// The first half of the body, as if it were the whole.
    case truncatedJSON = "truncated-json"
    /// A byte in the middle that is not UTF-8.
    case invalidUTF8 = "invalid-utf8"
    /// `text/plain` whatever the body is.
    case wrongContentType = "wrong-content-type"
    /// A byte every tenth of a second.
    case slowBody = "slow-body"

    /// Answers with the fault applied.
    ///
    /// - Parameter cause: what descriptions call this fault.
    func apply(_ request: HTTPRequest, as cause: SafeText, route: () async -> Answer) async -> Answer {
        guard let instead = answer(instead: request, cause) else {
            var answer = await route()
            damage(&answer.response)
            return answer
        }
        return Answer(response: instead)
    }

    /// The answer in place of the correct one; nil when that is damaged instead.
    private func answer(instead request: HTTPRequest, _ cause: SafeText) -> HTTPResponse? {
        switch self {
        case .html500: Self.page(.internalServerError, "500 Internal Server Error")
        case .html200: Self.page(.ok, "Welcome")
        case .empty200: HTTPResponse(.ok, fields: HTTPFields([("Content-Type", "application/json")]))
        case .array200: Responses.json(.ok, bytes: Array("[]".utf8))
        case .token200Error:
            Responses.credentials(
                .ok, OAuthError(.invalidGrant, "\(cause.text) sends this error with status 200 on purpose.").document)
        case .tooManyRequests: Self.slowDown
        case .redirectLoop:
            HTTPResponse(
                .temporaryRedirect,
                fields: HTTPFields([("Location", request.path + (request.query.map { "?" + $0 } ?? ""))]))
        case .truncatedJSON, .invalidUTF8, .wrongContentType, .slowBody: nil
        }
    }

    private func damage(_ response: inout HTTPResponse) {
        guard case .bytes(let bytes) = response.body else { return }
        let middle = bytes.count / 2
        switch self {
        case .truncatedJSON: response.body = .bytes(Array(bytes[..<middle]))
        case .invalidUTF8: response.body = .bytes(bytes[..<middle] + [0xFF] + bytes[middle...])
        case .wrongContentType: response.fields.replace("Content-Type", "text/plain")
        case .slowBody where !bytes.isEmpty:
            response.body = .events(
                EventStream { writer in
                    for byte in bytes {
                        try await writer.send([byte])
                        try await writer.pause(for: .milliseconds(100))
                    }
                })
        default: break
        }
    }

    /// A page in the style of a proxy, without any sign of this server.
    static func page(_ status: HTTPStatus, _ title: String) -> HTTPResponse {
        let text = "<!doctype html>\n<html><head><title>\(title)</title></head><body><h1>\(title)</h1></body></html>\n"
        return HTTPResponse(
            status, fields: HTTPFields([("Content-Type", "text/html; charset=utf-8")]), body: .bytes(Array(text.utf8)))
    }

    private static var slowDown: HTTPResponse {
        var response = Responses.json(
            .tooManyRequests,
            ["error": "too_many_requests", "error_description": "This request is refused on purpose. Wait 2 seconds."])
        response.fields.append("Retry-After", "2")
        return response
    }
}
