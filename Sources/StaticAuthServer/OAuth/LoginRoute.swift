internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// `/login`: shows the form, and turns a person's answer into the answer for the client.
///
/// The authorization request travels in the query and is judged again, with the same code, before anything happens; so
/// nothing is remembered of logins that nobody finishes. With `Accept: application/json` a program gets the redirect's
/// target in a document.
struct LoginRoute: Route {
    let endpoint: AuthorizationEndpoint
    let errors: ErrorResponses
    /// The user whose password is still the default, which the page then says.
    let defaultUser: String?

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let isPost = request.method == .post
        let answer: LoginAnswer
        do {
            answer = isPost ? try await submit(request, origin) : try show(request, origin)
        } catch let error as UntrustedAuthorizationRequest {
            answer = .untrusted(error)
        } catch let error as OAuthError {
            answer = .unreadable(error)
        }
        // A browser accepts anything; a program that wants a document names it.
        return isPost && Accept(request.fields).namesJSON ? answer.document : answer.page(after: request.method)
    }

    private func show(_ request: HTTPRequest, _ origin: Origin) throws -> LoginAnswer {
        do {
            switch try endpoint.validate(try request.queryParameters(), origin: origin.text) {
            case .redirect(let location, _): return .leave(to: location)
            case .accepted(let valid): return .form(page(for: valid))
            }
        } catch let error as UntrustedAuthorizationRequest where !error.missing.isEmpty {
            let target = "\(Path.login)?\(request.query ?? "")"
            return .form(LoginPage(target: target, consent: nil, missing: error.missing.map(\.rawValue)))
        }
    }

    private func submit(_ request: HTTPRequest, _ origin: Origin) async throws -> LoginAnswer {
        guard isSameSite(request, origin) else { return .crossSite }
        let form = try request.formParameters()
        let query = try request.queryParameters().keeping(AuthorizationRequest.parameterNames)
        let valid: ValidAuthorizationRequest
        switch try endpoint.validate(query.isEmpty ? form : query, origin: origin.text) {
        case .redirect(let location, _): return .leave(to: location)
        case .accepted(let request): valid = request
        }
        switch Action(rawValue: try form.value(.action) ?? Action.approve.rawValue) {
        case .deny: return .leave(to: endpoint.deny(valid))
        case .approve: return try await approve(valid, form, peer: request.peer)
        case nil: throw OAuthError(.invalidRequest, "The action must be approve or deny.")
        }
    }

    private func approve(_ valid: ValidAuthorizationRequest, _ form: FormParameters, peer: String) async throws
        -> LoginAnswer
    {
        let name = try form.value(.username) ?? ""
        let password = Secret(try form.value(.password) ?? "")
        do throws(TooManyAttempts) {
            guard let user = try endpoint.authenticate(name: name, password: password, peer: peer) else {
                return .wrongPassword(page(for: valid, userName: name))
            }
            return .leave(to: await location(approving: valid, user))
        } catch {
            return .tooManyAttempts(error, page(for: valid, userName: name))
        }
    }

    private func location(approving valid: ValidAuthorizationRequest, _ user: User) async -> String {
        do {
            return try await endpoint.approve(valid, by: user)
        } catch {
            return endpoint.failure(valid, errors.failure(error, path: Path.login))
        }
    }

    /// Whether the form comes from our own page or from no page at all.
    ///
    /// A foreign page could otherwise log its visitor in here with a name and password of its own choice.
    private func isSameSite(_ request: HTTPRequest, _ origin: Origin) -> Bool {
        if let sender = request.fields.first("origin") { return sender == origin.text }
        return ["same-origin", "none", nil].contains(request.fields.first("sec-fetch-site"))
    }

    private func page(for valid: ValidAuthorizationRequest, userName: String? = nil) -> LoginPage {
        LoginPage(
            target: "\(Path.login)?\(valid.parameters.encoded)",
            consent: .init(
                clientID: valid.clientID, scope: valid.scope, resource: valid.resource, redirectURI: valid.redirectURI),
            userName: userName ?? defaultUser ?? "", defaultUser: defaultUser)
    }

    /// The button that was pressed.
    private enum Action: String {
        case approve
        case deny
    }
}
