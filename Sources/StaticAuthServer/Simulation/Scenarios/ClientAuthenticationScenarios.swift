internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

extension Scenario {
    /// Scenarios of client registration and authentication.
    static let clientAuthentication = [
        Scenario(
            name: "auth-basic-only",
            effect: "The token endpoint takes the client's secret only in an Authorization header, and says so.",
            reference: "RFC 6749 §2.3.1",
            reason: "this is right: a server must support the header, and need not support the body.",
            affected: authReports,
            correctClient: "Picks a method of token_endpoint_auth_methods_supported.",
            settings: { settings, _ in settings.tokenAuth = .basic },
            refuses: [.clientMethod]),
        Scenario(
            name: "auth-post-only",
            effect: "The token endpoint takes the client's secret only in the body, and says so.",
            reference: "RFC 6749 §2.3.1, RFC 8414 §2",
            reason: "a server that issues passwords to clients must support the header as well; many do not.",
            affected: authReports,
            correctClient: "Picks a method of token_endpoint_auth_methods_supported.",
            settings: { settings, _ in settings.tokenAuth = .post },
            refuses: [.clientMethod]),
        Scenario(
            name: "auth-none",
            effect: "The client is public: the token endpoint takes its id alone, refuses a secret, and says so.",
            reference: "RFC 6749 §2.1, OAuth 2.1 §2.1",
            reason: "this is right: PKCE protects the codes of a public client.",
            affected: authReports,
            correctClient: "Sends client_id and no secret.",
            settings: { settings, _ in settings.tokenAuth = .none },
            refuses: [.clientMethod, .clientCredentials]),
        Scenario(
            name: "auth-methods-lie",
            effect: "The metadata says client_secret_basic, and the endpoints take client_secret_post alone.",
            reference: "RFC 8414 §2",
            reason: "token_endpoint_auth_methods_supported must be what the endpoint supports.",
            affected: ["archestra#7977", "context7#2009"],
            correctClient: "Tries the other method once after invalid_client, then gives up.",
            settings: { settings, _ in settings.tokenAuth = .post },
            refuses: [.clientMethod],
            advice: "The metadata name a method that is not accepted. Try the other one, once.",
            isToBlame: { _, request, settings in
                guard let credentials = request.clientCredentials, credentials.method == .basic else { return false }
                return credentials.candidates.contains {
                    $0.id == settings.clientID && $0.secret?.digest == settings.clientSecret.digest
                }
            },
            rewrite: { response, request, _ in
                guard request.path == Path.authorizationServerMetadata else { return }
                response.editDocument { document in
                    for endpoint in ["token", "revocation", "introspection"] {
                        document["\(endpoint)_endpoint_auth_methods_supported"] = ["client_secret_basic"]
                    }
                }
            }),
        Scenario(
            name: "redirect-strict",
            effect: "The redirect URI must be a registered one to the letter, port included.",
            reference: "RFC 8252 §7.3",
            reason: "a server must allow any port of a loopback redirect URI.",
            affected: ["claude-code#42301", "vscode#278512"],
            correctClient: "Can be given a fixed port, or says that the port has to be registered.",
            settings: { settings, _ in settings.redirectMatch = .exact },
            refuses: [.redirectURI],
            isToBlame: { _, request, settings in
                guard let query = try? request.queryParameters(), query.values(.clientID).count == 1,
                    query.values(.clientID).allSatisfy(settings.clientIDs.contains)
                else { return false }
                let redirects = query.values(.redirectURI).map(URI.init)
                return redirects.count == 1 && redirects.allSatisfy { $0?.scheme == "http" && $0?.isLoopback == true }
            }),
        Scenario(
            name: "client-gone",
            effect: "The client id is no longer known, as after a restart that forgot it: /authorize shows a page, "
                + "/token answers invalid_client.",
            reference: "RFC 6749 §4.1.2.1 and §5.2",
            reason: "this is how a server has to refuse an unknown client; a client that kept it has to notice.",
            affected: ["claude-code#84614", "supabase/mcp#355"],
            correctClient: "Forgets the credentials it kept and asks for new ones, without a loop.",
            settings: { settings, _ in
                let publicID = settings.publicClientID
                settings.clientID += "-after-restart"
                settings.publicClient = publicID.map { .id($0 + "-after-restart") } ?? .off
            },
            refuses: [.clientID],
            isToBlame: { problem, request, settings in
                if let credentials = request.clientCredentials {
                    return problem.error == OAuthError.Code.invalidClient.rawValue
                        && credentials.candidates.contains { settings.clientIDs.contains($0.id) }
                }
                let named = (try? request.queryParameters())?.values(.clientID) ?? []
                return named.count == 1 && settings.clientIDs.contains(named[0])
            }),
    ]

    private static let authReports = [
        "modelcontextprotocol/inspector#726", "codex#40928", "claude-ai-mcp#667", "archestra#7977", "vscode#259642",
        "claude-code#91199",
    ]
}

extension HTTPRequest {
    /// The credentials of the client in a form or in the header; nil when there are none, or they cannot be read.
    fileprivate var clientCredentials: ClientCredentials? {
        (try? formParameters()).flatMap { form in
            (try? ClientCredentials(authorization: fields["authorization"], parameters: form)) ?? nil
        }
    }
}
