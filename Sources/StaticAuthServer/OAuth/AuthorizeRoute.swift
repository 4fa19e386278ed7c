internal import HTTPEdge
internal import OAuth
internal import OAuthServer

/// `/authorize`: sends the browser to the login page, or back to the client with an error.
///
/// RFC 6749 §3.1. Query and form are treated alike. Nothing is remembered: the login page gets the whole request.
struct AuthorizeRoute: Route {
    let endpoint: AuthorizationEndpoint
    let errors: ErrorResponses
    /// Who is logged in without being asked.
    let autoApprovedUser: User?

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let parameters: FormParameters
        do {
            parameters = request.method == .post ? try request.formParameters() : try request.queryParameters()
        } catch {
            return ErrorPage.response(.badRequest, title: "This request cannot be read", error.description)
        }
        do throws(UntrustedAuthorizationRequest) {
            switch try endpoint.validate(parameters, origin: origin.text) {
            case .redirect(let location, _):
                return Responses.redirect(.found, to: location)
            case .accepted(let valid):
                guard let user = autoApprovedUser else {
                    return Responses.redirect(.found, to: "\(origin.text)\(Path.login)?\(valid.parameters.encoded)")
                }
                return Responses.redirect(.found, to: await approve(valid, by: user))
            }
        } catch {
            return ErrorPage.untrusted(error)
        }
    }

    private func approve(_ request: ValidAuthorizationRequest, by user: User) async -> String {
        do {
            return try await endpoint.approve(request, by: user)
        } catch {
            return endpoint.failure(request, errors.failure(error, path: EndpointPath.authorize.rawValue))
        }
    }
}

extension ErrorPage {
    /// The page for a request whose client or redirect URI is not trusted, so that nothing may be redirected.
    static func untrusted(_ error: UntrustedAuthorizationRequest) -> HTTPResponse {
        let details = [("client_id", error.clientID), ("redirect_uri", error.redirectURI)].compactMap { name, value in
            value.map { (name, $0) }
        }
        return response(
            .badRequest, title: "This authorization request is wrong",
            "\(error.reason) What this server knows is set with --client-id, --redirect-uris, --redirect-preset and "
                + "--redirect-match.",
            details: details)
    }
}
