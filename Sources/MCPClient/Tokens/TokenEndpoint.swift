internal import OAuth
internal import Primitives

/// Sends requests to the token, revocation and introspection endpoints of one authorization server.
///
/// RFC 6749 §2.3.1, §4.1.3, §5 and §6; RFC 7009; RFC 7662.
struct TokenEndpoint: Sendable {
    let web: WebClient
    let issuer: IssuerMetadata
    let client: ClientIdentity
    /// How long the exchange of a code waits for a server with an outage.
    var outageTimeout = Duration.zero

    /// Exchanges a code for tokens, on a new connection: the login took time, and a code that is sent on a dead
    /// connection is lost.
    func redeem(_ code: Secret, of attempt: AuthorizationAttempt) async throws -> TokenAnswer {
        var form = FormParameters()
        form.append(.grantType, GrantType.authorizationCode.rawValue)
        form.append(.code, code.reveal())
        form.append(.codeVerifier, attempt.verifier.secret.reveal())
        form.append(.redirectURI, attempt.redirectURI)
        form.append(.resource, attempt.resource)
        let web = web.fresh()
        let endpoint = TokenEndpoint(web: web, issuer: issuer, client: client)
        do {
            let answer = try await Backoff.repeating(for: outageTimeout, where: \.isUnanswered) {
                try await endpoint.tokens(form, requested: attempt.scope)
            }
            await web.close()
            return answer
        } catch {
            await web.close()
            throw error
        }
    }

    /// Exchanges a refresh token for new tokens; the scope stays the granted one.
    func refresh(_ token: Secret, resource: String?, scope: Scope?) async throws -> TokenAnswer {
        var form = FormParameters()
        form.append(.grantType, GrantType.refreshToken.rawValue)
        form.append(.refreshToken, token.reveal())
        form.append(.resource, resource)
        do {
            return try await tokens(form, requested: scope)
        } catch let error as ClientError where error.kind == .network && error.code == WebClient.closedCode {
            // It is unknown whether the request was processed. A retry either works or returns invalid_grant.
            return try await tokens(form, requested: scope)
        }
    }

    /// Revokes a token; the server's answer changes nothing (RFC 7009 §2.2).
    func revoke(_ token: Secret, hint: ParameterName) async throws -> Bool {
        guard let endpoint = issuer.revocationEndpoint else { return false }
        var form = FormParameters()
        form.append(.token, token.reveal())
        form.append(.tokenTypeHint, hint.rawValue)
        return try await post(form, to: endpoint).head.isSuccess
    }

    /// Introspects a token (RFC 7662 §2).
    func introspect(_ token: Secret) async throws -> JSONObject {
        guard let endpoint = issuer.introspectionEndpoint else {
            throw ClientError(
                .discovery, "The authorization server \(issuer.issuer) announces no introspection endpoint.")
        }
        var form = FormParameters()
        form.append(.token, token.reveal())
        let response = try await post(form, to: endpoint)
        guard response.head.isSuccess, let document = response.json, document["active"]?.bool != nil else {
            guard client.secret == nil, response.refusesClient else { throw response.refusal }
            throw ClientError(
                .authorizationRefused, response.refusal.problem,
                advice: .sentence(
                    "Introspection is for clients that prove themselves with a secret (RFC 7662 §2.1), and this login's "
                        + "client has none."), code: response.oauthError?.printable(60))
        }
        return document
    }

    private func tokens(_ form: FormParameters, requested: Scope?) async throws -> TokenAnswer {
        let response = try await post(form, to: issuer.tokenEndpoint)
        do throws(ClientError) {
            return try TokenAnswer(response, requested: requested)
        } catch {
            guard lacksSecret, error.code == OAuthError.Code.invalidClient.rawValue else { throw error }
            throw ClientError(.authorizationRequired, error.problem, advice: .nameClientSecret, code: error.code)
        }
    }

    /// Whether the client is one that a person named without a secret.
    ///
    /// Where a server has clients of both kinds, it may know this one as one with a secret.
    private var lacksSecret: Bool { client.secret == nil && client.registeredURI == nil }

    /// Asks before a login whether the client is let in without a secret, where that is in doubt.
    ///
    /// Revoking an unknown token does nothing, and needs the client's authentication (RFC 7009 §2.1 and §2.2). Where
    /// there is no such endpoint, the login shows it.
    ///
    /// - Throws: `authorizationRequired` when a secret is needed and there is none.
    func checkClient() async throws {
        let method = try method()
        let known = (issuer.tokenMethods ?? []).compactMap(ClientAuthenticationMethod.init)
        guard method == .none, lacksSecret, known.contains(where: { $0 != .none }),
            let endpoint = issuer.revocationEndpoint
        else { return }
        var form = FormParameters()
        form.append(.token, Secret.random(from: Random.bytes).reveal())
        guard let answer = try? await post(form, to: endpoint, by: method),
            answer.oauthError == OAuthError.Code.invalidClient.rawValue
        else { return try Task.checkCancellation() }
        throw ClientError(.authorizationRequired, answer.refusal.problem, advice: .nameClientSecret)
    }

    // MARK: - Client authentication

    /// Posts a form with the client's credentials; when they are refused, tries the other way to send a secret.
    ///
    /// Some servers announce `client_secret_basic` and mean `client_secret_post`. A refused authentication spends
    /// neither code nor token.
    private func post(_ form: FormParameters, to endpoint: String) async throws -> WebResponse {
        let method = try method()
        let response = try await post(form, to: endpoint, by: method)
        guard method != .none, response.refusesClient else { return response }
        let second = try await post(form, to: endpoint, by: method == .basic ? .post : .basic)
        return second.refusesClient ? response : second
    }

    /// The answer to an unknown code: a server that accepts the client by this method returns `invalid_grant`.
    func answerToUnknownCode(by method: ClientAuthenticationMethod) async throws -> WebResponse {
        var form = FormParameters()
        form.append(.grantType, GrantType.authorizationCode.rawValue)
        form.append(.code, Secret.random(from: Random.bytes).reveal())
        form.append(.codeVerifier, CodeVerifier.random(from: Random.bytes).secret.reveal())
        return try await post(form, to: issuer.tokenEndpoint, by: method)
    }

    private func post(
        _ form: FormParameters, to endpoint: String, by method: ClientAuthenticationMethod
    ) async throws -> WebResponse {
        var form = form
        // With Basic it is not needed, but allowed (RFC 6749 §3.2.1), and the Python SDK's servers refuse a form
        // without it.
        form.append(.clientID, client.id)
        if method == .post { form.append(.clientSecret, client.secret?.reveal()) }
        var request = WebRequest.form(endpoint, form)
        if method == .basic {
            let pair = FormCoding.encode(client.id) + ":" + FormCoding.encode(client.secret?.reveal() ?? "")
            request.fields.append(("Authorization", "Basic \(Base64.standard.encode(Array(pair.utf8)))"))
        }
        let response = try await web.send(request, limit: web.limits.documentBytes)
        let isRefusal = !response.head.isSuccess || response.oauthError != nil
        return isRefusal
            ? response.hiding(Self.secrets.flatMap(form.values) + [client.secret?.reveal() ?? ""]) : response
    }

    /// The parameters with secret values.
    private static let secrets: [ParameterName] = [.code, .codeVerifier, .refreshToken, .token]

    /// The method of client authentication: Basic if it is supported, otherwise in the form, otherwise as a public
    /// client.
    ///
    /// - Throws: `authorizationRequired` when a secret is needed and there is none.
    func method() throws(ClientError) -> ClientAuthenticationMethod {
        let offered = issuer.tokenMethods ?? [ClientAuthenticationMethod.basic.rawValue]
        let known = offered.compactMap(ClientAuthenticationMethod.init)
        guard client.secret != nil else {
            if issuer.tokenMethods == nil || known.contains(.none) { return .none }
            throw ClientError(
                .authorizationRequired,
                "The authorization server \(issuer.issuer) wants a secret of the client '\(client.id.printable())' "
                    + "(\(offered.joined(separator: ", ").printable())).",
                advice: .nameClientSecret)
        }
        if known.contains(.basic) { return .basic }
        if known.contains(.post) { return .post }
        if known.contains(.none) { return .none }
        throw ClientError(
            .discovery,
            "The authorization server \(issuer.issuer) takes only \(offered.joined(separator: ", ").printable()), which "
                + "this client cannot do.",
            advice: "Known are client_secret_basic, client_secret_post and none.")
    }
}

extension WebResponse {
    /// The answer without secrets, which some servers repeat when they refuse them.
    fileprivate func hiding(_ secrets: [String]) -> WebResponse {
        var text = String(decoding: body, as: UTF8.self)
        for secret in secrets where !secret.isEmpty {
            for spelling in Set([secret, FormCoding.encode(secret)]) { text.replace(spelling, with: "<redacted>") }
        }
        return WebResponse(head: head, body: Array(text.utf8), place: place)
    }
}
