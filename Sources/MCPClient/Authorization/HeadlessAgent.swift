public import OAuth
internal import Primitives

/// Logs in with a name and a password, without a person, for CI.
///
/// It follows the redirects of a browser, and posts the login form with `Accept: application/json`, to which a server
/// for tests answers with `redirect_to`. The password goes to the origin of the authorization endpoint only.
public struct HeadlessAgent: AuthorizationAgent {
    private let web: WebClient
    private let username: String
    private let password: Secret
    private let callback: BrowserAgent.Callback

    /// Makes an agent that logs this user in.
    public init(web: WebClient, username: String, password: Secret, callback: BrowserAgent.Callback) {
        self.web = web
        self.username = username
        self.password = password
        self.callback = callback
    }

    private var redirectURI: String {
        "http://\(callback.host):\(callback.ports.first.flatMap { $0 == 0 ? nil : $0 } ?? 33418)\(callback.path)"
    }

    /// The only URI; no socket listens there.
    public var redirectURIs: [String] { [redirectURI] }

    /// Follows the authorization request to the login form and posts it.
    ///
    /// - Throws: `authorizationRefused` when the login is refused, `network` when the server cannot be reached, and
    ///   errors of `begin`; `CancellationError`.
    public func authorize(
        preferring registered: String?, _ begin: @Sendable (_ redirectURI: String) async throws -> AuthorizationAttempt
    ) async throws -> (AuthorizationAttempt, FormParameters) {
        let attempt = try await begin(redirectURI)
        var page = attempt.url
        for _ in 0..<5 {
            let request = WebRequest(.get, page, fields: [("Accept", "text/html")])
            let answer = try await web.send(request, followingRedirects: false)
            if answer.isOutage { throw answer.refusal }
            guard answer.status < 400 else { throw try await refusal(of: page, answer) }
            guard (300..<400).contains(answer.status), let target = answer.head.first("location") else {
                return (attempt, try RedirectedURL.parameters(try await logIn(at: page, for: attempt)))
            }
            if target.withoutQuery == attempt.redirectURI { return (attempt, try RedirectedURL.parameters(target)) }
            guard let next = WebAddress(page)?.resolving(target), next.origin == WebAddress(page)?.origin else {
                throw ClientError(
                    .authorizationRefused, "The login page is at another origin, \(target.withoutQuery.printable()).",
                    advice: "The password was not sent there; log in with a browser.")
            }
            page = next.text
        }
        throw ClientError(.authorizationRefused, "The authorization endpoint redirects again and again.")
    }

    /// The authorization server's own words about a request that it refuses.
    ///
    /// Its page has them for people, and perhaps a document for programs.
    private func refusal(of page: String, _ answer: WebResponse) async throws -> ClientError {
        let document = try await web.send(.document(page), followingRedirects: false).json ?? [:]
        let names = [ParameterName.errorDescription.rawValue, "hint"]
        let words = names.compactMap { document[$0]?.string?.unlessEmpty?.printable(300).sentence }
        let reason = words.isEmpty ? "." : ": \(words.joined(separator: " "))"
        return ClientError(
            .authorizationRefused, "\(answer.place) refused the request with status \(answer.status)\(reason)",
            advice: "Check the client id, the redirect URI and the scopes with what is registered there.",
            code: document[ParameterName.error.rawValue]?.string?.printable(60))
    }

    private func logIn(at page: String, for attempt: AuthorizationAttempt) async throws -> String {
        var form = FormParameters()
        form.append(.username, username)
        form.append(.password, password.reveal())
        let response = try await web.send(.form(page, form), followingRedirects: false)
        let target = response.json?["redirect_to"]?.string ?? response.head.first("location")
        if let target, target.withoutQuery == attempt.redirectURI { return target }
        if response.isOutage { throw response.refusal }
        let reason = response.json?[ParameterName.errorDescription.rawValue]?.string?.printable()
        throw ClientError(
            .authorizationRefused,
            "The login was refused with status \(response.status): \(reason ?? "no reason given").",
            advice: .checkPassword,
            code: response.json?[ParameterName.error.rawValue]?.string?.printable(60))
    }
}
