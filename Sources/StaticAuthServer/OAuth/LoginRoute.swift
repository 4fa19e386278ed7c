internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

/// `/login`: shows the form, and turns the user's decision into the answer for the client.
///
/// The query carries the authorization request, which is validated again, so no state is kept for unfinished logins.
/// With `Accept: application/json` a program gets the redirect's target in a document.
struct LoginRoute: Route {
    let endpoint: AuthorizationEndpoint
    /// The user whose password is still the default, and who can then log in by one click.
    let defaultUser: Settings.Login?

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        do {
            return request.method == .post ? try await submit(request, origin) : try show(request, origin)
        } catch let error as OAuthError {
            throw UnreadableRequest(cause: error)
        }
    }

    private func show(_ request: HTTPRequest, _ origin: Origin) throws -> HTTPResponse {
        do {
            let valid = try validate(try request.queryParameters(), origin, redirecting: .found)
            return page(for: valid).response(.ok)
        } catch let error as UntrustedAuthorizationRequest where !error.missing.isEmpty {
            let target = "\(Path.login)?\(request.query ?? "")"
            return LoginPage(target: target, consent: nil, missing: error.missing.map(\.rawValue)).response(.ok)
        }
    }

    private func submit(_ request: HTTPRequest, _ origin: Origin) async throws -> HTTPResponse {
        guard isSameSite(request, origin) else { throw LoginRefusal.crossSite }
        // A browser accepts anything; a program that wants a document names JSON.
        let status: HTTPStatus? = Accept(request.fields).namesJSON ? nil : .seeOther
        let form = try request.formParameters()
        let query = try request.queryParameters()
        let isInForm = query.keeping(AuthorizationRequest.parameterNames).isEmpty
        let valid = try validate(isInForm ? form : query, origin, redirecting: status)
        switch Action(rawValue: try form.value(.action) ?? Action.approve.rawValue) {
        case .deny: throw refusal(AuthorizationEndpoint.denial, of: valid, redirecting: status)
        case .approve: break
        case .demo where defaultUser != nil: break
        case .demo, nil: throw OAuthError(.invalidRequest, "The action must be approve or deny.")
        }
        let user = try user(valid, form, peer: request.network)
        let location: String
        do {
            location = try await endpoint.approve(valid, by: user)
        } catch {
            throw refusal(error, of: valid, redirecting: status)
        }
        guard let status else { return Responses.json(.ok, ["redirect_to": .string(location)]) }
        return Responses.redirect(status, to: location)
    }

    private func validate(
        _ parameters: FormParameters, _ origin: Origin, redirecting status: HTTPStatus?
    ) throws -> ValidAuthorizationRequest {
        switch try endpoint.validate(parameters, origin: origin.text) {
        case .accepted(let valid): return valid
        case .redirect(let location, let error): throw ErrorRedirect(cause: error, status: status) { _ in location }
        }
    }

    private func refusal(
        _ cause: any Error, of valid: ValidAuthorizationRequest, redirecting status: HTTPStatus?
    ) -> ErrorRedirect {
        ErrorRedirect(cause: cause, status: status) { endpoint.failure(valid, $0) }
    }

    private func user(_ valid: ValidAuthorizationRequest, _ form: FormParameters, peer: String) throws -> User {
        let demo = try form.value(.action) == Action.demo.rawValue ? defaultUser : nil
        let (name, password): (String, Secret)
        do throws(OAuthError) {
            if let demo {
                (name, password) = (demo.name, demo.password)
            } else {
                (name, password) = (try form.required(.username), Secret(try form.required(.password)))
            }
        } catch {
            guard form.values(.username).count <= 1, form.values(.password).count <= 1 else { throw error }
            throw LoginRefusal.incomplete(page(for: valid, userName: form.values(.username).first), error.explanation)
        }
        do throws(TooManyAttempts) {
            if let user = try endpoint.authenticate(name: name, password: password, peer: peer) { return user }
        } catch {
            throw LoginRefusal.tooManyAttempts(
                retryAfterSeconds: error.retryAfterSeconds, page(for: valid, userName: name))
        }
        throw LoginRefusal.wrongPassword(
            page(for: valid, userName: name), endpoint.explanation(name: name, password: password))
    }

    /// Whether the form comes from our own page or from no page at all.
    ///
    /// Otherwise a foreign page could log its visitor in here with a name and password of its choice.
    private func isSameSite(_ request: HTTPRequest, _ origin: Origin) -> Bool {
        if let sender = request.fields.first("origin") { return sender == origin.text }
        return request.fields["sec-fetch-site"].allSatisfy(["same-origin", "none"].contains)
    }

    private func page(for valid: ValidAuthorizationRequest, userName: String? = nil) -> LoginPage {
        LoginPage(
            target: "\(Path.login)?\(valid.parameters.encoded)",
            consent: .init(
                clientID: valid.clientID, scope: valid.scope, resource: valid.resource, redirectURI: valid.redirectURI),
            userName: userName ?? defaultUser?.name ?? "", defaultUser: defaultUser?.name)
    }

    /// The button that was pressed.
    private enum Action: String {
        case approve
        case deny
        /// Approve as the user with the default password.
        case demo
    }
}
