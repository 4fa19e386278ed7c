internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// `/authorize`: redirects the browser to the login page, or back to the client with an error.
///
/// RFC 6749 §3.1. Query and form are treated alike. No state is kept: the login page gets the whole request.
struct AuthorizeRoute: Route {
    let endpoint: AuthorizationEndpoint
    /// The user who is logged in automatically.
    let autoApprovedUser: User?

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let parameters: FormParameters
        do {
            parameters = request.method == .post ? try request.formParameters() : try request.queryParameters()
        } catch {
            throw UnreadableRequest(cause: error)
        }
        switch try endpoint.validate(parameters, origin: origin.text) {
        case .redirect(let location, let error):
            throw ErrorRedirect(cause: error, status: .found) { _ in location }
        case .accepted(let valid):
            guard let user = autoApprovedUser else {
                return Responses.redirect(.found, to: "\(origin.text)\(Path.login)?\(valid.parameters.encoded)")
            }
            return Responses.redirect(.found, to: try await approve(valid, by: user))
        }
    }

    private func approve(_ request: ValidAuthorizationRequest, by user: User) async throws -> String {
        do {
            return try await endpoint.approve(request, by: user)
        } catch {
            throw ErrorRedirect(cause: error, status: .found) { endpoint.failure(request, $0) }
        }
    }
}
