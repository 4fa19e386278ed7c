public import OAuth
internal import Primitives

extension AuthorizationServer {
    /// Whether the settings give no reason to refuse a client's request with an error; its code and tokens may.
    ///
    /// It examines no grant, changes nothing, and counts no failed attempt.
    ///
    /// - Parameters:
    ///   - error: the error; for others than those that settings decide about the answer is false.
    ///   - parameters: the query or the form body.
    ///   - authorization: all values of the `Authorization` header.
    ///   - endpoint: the endpoint, for the way in which a client authenticates there.
    public func admits(
        _ parameters: FormParameters, authorization: [String], at endpoint: EndpointPath, as error: OAuthError.Code
    ) -> Bool {
        switch error {
        case .invalidClient:
            return isAuthenticated(
                parameters, authorization, endpoint == .introspect ? \.introspectionMethods : \.methods)
        case .invalidTarget:
            let resources = parameters.values(.resource).map { try? ResourceIndicator($0) }
            guard !resources.contains(nil) else { return false }
            return (try? ResourceCheck(configuration).audience(of: resources.compactMap(\.self), origin: "")) != nil
        case .invalidScope:
            let scope = parameters.values(.scope).first.flatMap { try? Scope(parsing: $0) }
            return scope.flatMap { try? configuration.grantedScope(for: $0) } != nil
        case .unsupportedGrantType, .unauthorizedClient:
            return parameters.values(.grantType).first.flatMap(GrantType.init).map(configuration.grantTypes.contains)
                ?? false
        case .invalidRequest where endpoint == .authorize:
            return (try? self.authorization.validate(parameters, origin: "")) != nil
        case .invalidRequest, .invalidGrant, .invalidToken, .insufficientScope, .accessDenied,
            .unsupportedResponseType, .serverError, .temporarilyUnavailable:
            return false
        }
    }

    private func isAuthenticated(
        _ parameters: FormParameters, _ authorization: [String],
        _ methods: KeyPath<RegisteredClient, [ClientAuthenticationMethod]>
    ) -> Bool {
        let unlimited = Environment(
            configuration: configuration, store: store, now: { .zero }, randomBytes: { _ in [] },
            throttle: Throttle(), revoked: { _ in })
        let check = ClientAuthentication(environment: unlimited, methods: methods)
        return (try? check.authenticate(parameters, authorization: authorization, peer: "")) != nil
    }
}
