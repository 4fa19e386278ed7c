/// The status code of a response.
///
/// RFC 9110 §15, RFC 6585.
public struct HTTPStatus: Hashable, Sendable {
    /// The three digits.
    public let code: Int

    /// Makes a status from its code.
    public init(_ code: Int) {
        self.code = code
    }

    /// Whether an answer with this status has a body; otherwise a client would take the body for the next answer.
    ///
    /// RFC 9110 §15.2, §15.3.5, §15.3.6, §15.4.5; RFC 9112 §6.3.
    var allowsBody: Bool {
        switch code {
        case ..<200, 204, 205, 304: false
        default: true
        }
    }

    /// Whether it is a final answer; after another one the client waits for more (RFC 9110 §15.2).
    var isFinal: Bool { code >= 200 }

    /// No status, where no answer was sent.
    public static let none = HTTPStatus(0)
    /// 200.
    public static let ok = HTTPStatus(200)
    /// 201.
    public static let created = HTTPStatus(201)
    /// 202.
    public static let accepted = HTTPStatus(202)
    /// 204.
    public static let noContent = HTTPStatus(204)
    /// 302.
    public static let found = HTTPStatus(302)
    /// 303: fetch the target with GET, which drops the form that was posted.
    public static let seeOther = HTTPStatus(303)
    /// 307: repeat the request with its body at the target.
    public static let temporaryRedirect = HTTPStatus(307)
    /// 400.
    public static let badRequest = HTTPStatus(400)
    /// 401; needs a `WWW-Authenticate` field.
    public static let unauthorized = HTTPStatus(401)
    /// 403.
    public static let forbidden = HTTPStatus(403)
    /// 404.
    public static let notFound = HTTPStatus(404)
    /// 405; needs an `Allow` field.
    public static let methodNotAllowed = HTTPStatus(405)
    /// 406.
    public static let notAcceptable = HTTPStatus(406)
    /// 408.
    public static let requestTimeout = HTTPStatus(408)
    /// 409.
    public static let conflict = HTTPStatus(409)
    /// 413.
    public static let contentTooLarge = HTTPStatus(413)
    /// 415.
    public static let unsupportedMediaType = HTTPStatus(415)
    /// 417.
    public static let expectationFailed = HTTPStatus(417)
    /// 429.
    public static let tooManyRequests = HTTPStatus(429)
    /// 431.
    public static let requestHeaderFieldsTooLarge = HTTPStatus(431)
    /// 500.
    public static let internalServerError = HTTPStatus(500)
    /// 501.
    public static let notImplemented = HTTPStatus(501)
    /// 503.
    public static let serviceUnavailable = HTTPStatus(503)
    /// 504.
    public static let gatewayTimeout = HTTPStatus(504)
    /// 505.
    public static let versionNotSupported = HTTPStatus(505)
}
