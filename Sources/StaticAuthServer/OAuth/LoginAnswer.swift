internal import HTTPEdge
internal import MCP
internal import OAuth
internal import OAuthServer

/// What the login comes to, before it is written as a page for a person or as a document for a program.
enum LoginAnswer {
    /// The form, for the first time or again.
    case form(LoginPage)
    /// Back to the client, with a code or an error.
    case leave(to: String)
    /// Name or password is wrong; the form again.
    case wrongPassword(LoginPage)
    /// Too many wrong passwords; the form again.
    case tooManyAttempts(TooManyAttempts, LoginPage)
    /// The form was posted by another site.
    case crossSite
    /// The authorization request leads nowhere.
    case untrusted(UntrustedAuthorizationRequest)
    /// The form cannot be read.
    case unreadable(OAuthError)

    /// The answer for a person, after the given method.
    func page(after method: HTTPMethod) -> HTTPResponse {
        switch self {
        case .form(let page):
            return page.response(.ok)
        case .leave(let location):
            return Responses.redirect(method == .post ? .seeOther : .found, to: location)
        case .wrongPassword(let page):
            return page.with(failure: Self.wrong).response(.forbidden)
        case .tooManyAttempts(let refusal, let page):
            var response = page.with(failure: Self.tooMany(refusal)).response(.tooManyRequests)
            response.fields.append("Retry-After", String(refusal.retryAfterSeconds))
            return response
        case .crossSite:
            return ErrorPage.response(.forbidden, title: "This form came from another site", Self.foreign)
        case .untrusted(let error):
            return ErrorPage.untrusted(error)
        case .unreadable(let error):
            return ErrorPage.response(.badRequest, title: "This request cannot be read", error.description)
        }
    }

    /// The answer for a program.
    var document: HTTPResponse {
        switch self {
        case .leave(let location):
            return Responses.json(.ok, ["redirect_to": .string(location)])
        case .wrongPassword:
            return Responses.json(.forbidden, OAuthError(.accessDenied, Self.wrong).document)
        case .tooManyAttempts(let refusal, _):
            var response = Responses.json(.tooManyRequests, OAuthError(.accessDenied, Self.tooMany(refusal)).document)
            response.fields.append("Retry-After", String(refusal.retryAfterSeconds))
            return response
        case .crossSite:
            return Responses.json(.forbidden, OAuthError(.accessDenied, Self.foreign).document)
        case .untrusted(let error):
            return Responses.json(.badRequest, OAuthError(.invalidRequest, error.reason).document)
        case .unreadable(let error):
            return Responses.json(.badRequest, error.document)
        case .form(let page):
            return page.response(.ok)
        }
    }

    private static let wrong = "The user name or the password is wrong."
    private static let foreign = "Log in on this server's own page; open the client's link again."

    private static func tooMany(_ refusal: TooManyAttempts) -> String {
        "Too many wrong passwords. Wait \(refusal.retryAfterSeconds) seconds, then try again."
    }
}
