internal import HTTPEdge
internal import OAuth
internal import Primitives

/// Parameters of an endpoint for browsers that cannot be decoded.
struct UnreadableRequest: ProblemConvertible {
    let cause: OAuthError

    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        Problem(.badRequest, cause, form: .page(title: "This request cannot be read"))
    }
}

/// A failed login.
enum LoginRefusal: ProblemConvertible {
    /// Name or password is wrong; the form is shown again.
    case wrongPassword(LoginPage, Explanation)
    /// Name or password is missing; the form is shown again.
    case incomplete(LoginPage, Explanation?)
    /// Too many failed logins; the form is shown again.
    case tooManyAttempts(retryAfterSeconds: Int64, LoginPage)
    /// Another site posted the form.
    case crossSite

    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        switch self {
        case .wrongPassword(let page, let explanation):
            Problem(
                .forbidden, OAuthError(.accessDenied, "The user name or the password is wrong.", explanation),
                form: .form { page.with(failure: $0, $1).response(.forbidden) })
        case .incomplete(let page, let explanation):
            Problem(
                .forbidden, OAuthError(.accessDenied, "The user name or the password is missing.", explanation),
                form: .form { page.with(failure: $0, $1).response(.forbidden) })
        case .tooManyAttempts(let seconds, let page):
            Problem(
                .tooManyRequests,
                OAuthError(
                    .accessDenied, "Too many logins failed. Wait \(seconds) seconds, then try again.",
                    Explanation(
                        expected: "another attempt in \(seconds) s", received: "one attempt too many",
                        hint: "The logins before this one had a wrong user name or password.")),
                form: .form { page.with(failure: $0, $1).response(.tooManyRequests) },
                fields: [(Problem.retryAfter, String(seconds))])
        case .crossSite:
            Problem(
                .forbidden,
                OAuthError(
                    .accessDenied, "Log in on this server's own page; open the client's link again.",
                    Explanation(
                        expected: "a form posted by this server's own page, or by no page",
                        received: "a form posted by a page of another origin")),
                form: .page(title: "This form came from another site"))
        }
    }
}

/// A client tries to register, which this server does not support.
struct RegistrationRefusal: ProblemConvertible {
    let clientID: String
    /// Whether the client has a secret.
    let hasSecret: Bool
    let publicClientID: String?

    /// The refusal of registration; the alternative is public.
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem {
        let error = OAuthError(
            .accessDenied, "Dynamic client registration is disabled; use the pre-registered client.")
        var problem = Problem(Problem.status(of: error.code), error)
        let alternative = publicClientID.map { ", or with '\($0)' and no secret" } ?? ""
        problem.members = [
            ("client_id", .string(clientID)),
            (
                "hint",
                .string(
                    "Configure your client with this client_id and "
                        + (hasSecret ? "the client secret that the server was started with" : "no secret")
                        + "\(alternative); \(origin)/ shows the URLs.")
            ),
        ]
        return problem
    }
}
