internal import MCPCore
internal import OAuth
internal import Primitives

/// Checks of the login, and of the token's lifetime.
extension Doctor {
    /// Logs in and redeems the code.
    ///
    /// - Returns: whether there is a token.
    func login(
        _ visit: inout DoctorSession, _ agent: any AuthorizationAgent, _ diagnosis: inout Diagnosis
    ) async throws -> Bool {
        visit.asked = visit.firstScope
        let attempt: AuthorizationAttempt
        let code: Secret
        do {
            (attempt, code) = try await self.code(visit, agent)
        } catch let error as ClientError {
            blame(error, &diagnosis)
            return false
        }
        diagnosis.pass(.login, "it does")
        diagnosis.pass(.state, "it does")
        diagnosis.pass(
            .responseIssuer, visit.found.server.issuer.namesIssuerInResponse ? "it does" : "none was promised")
        do {
            let tokens = try await visit.tokenEndpoint.redeem(code, of: attempt)
            visit.begin(tokens)
            if tokens.status == 200 {
                diagnosis.pass(.token, "scope '\(visit.scope)'")
            } else {
                diagnosis.note(.token, "the tokens come with status \(tokens.status) in place of 200")
            }
            return true
        } catch let error as ClientError {
            if diagnosis.hasFailed(.tokenErrors) {
                diagnosis.skip(.token, because: .tokenErrors)
            } else {
                diagnosis.fail(.token, "a code not a second old and used for the first time: \(error.problem)")
            }
            return false
        }
    }

    /// Runs one authorization up to a code that may be redeemed.
    func code(_ visit: DoctorSession, _ agent: any AuthorizationAgent) async throws -> (AuthorizationAttempt, Secret) {
        let (attempt, answer) = try await agent.authorize { redirectURI in
            AuthorizationAttempt(
                issuer: visit.found.server.issuer, client: visit.client, redirectURI: redirectURI,
                resource: visit.resource, scope: visit.asked)
        }
        return (attempt, try CallbackCheck(attempt: attempt).code(answer))
    }

    /// Finds the check that a failed login concerns.
    ///
    /// An answer with a wrong `state` or `iss` is not used any further, because it looks like an attack.
    private func blame(_ error: ClientError, _ diagnosis: inout Diagnosis) {
        switch error.code {
        case "state":
            diagnosis.pass(.login, "an answer came back")
            diagnosis.fail(.state, error.problem)
        case "iss":
            diagnosis.pass(.login, "an answer came back")
            diagnosis.pass(.state, "it does")
            diagnosis.fail(.responseIssuer, error.problem)
        case OAuthError.Code.accessDenied.rawValue:
            diagnosis.note(.login, error.problem, endingWith: error)
        default:
            diagnosis.fail(.login, error.problem)
        }
    }

    // MARK: - The token's lifetime

    /// Compares `expires_in` with introspection, where the client may introspect; ``endOfLife(_:_:)`` passes the check.
    func lifetime(_ visit: inout DoctorSession, _ diagnosis: inout Diagnosis) async throws {
        guard let tokens = visit.grants.last?.tokens else { return }
        let document = (try? await visit.tokenEndpoint.introspect(tokens.accessToken)) ?? [:]
        for name in ["exp", "iat"] {
            if let number = document[name]?.number, Self.instant(number) == nil {
                diagnosis.fail(.tokenLifetime, "introspection says that \(name) is \(number.text), which is no time")
            }
        }
        let end = document["exp"]?.number.flatMap(Self.instant)
        let begin = document["iat"]?.number.flatMap(Self.instant) ?? SystemClock.now()
        let real = end.map { $0 - begin }
        visit.realLifetime = real
        switch tokens.expiresIn {
        case nil: diagnosis.note(.tokenLifetime, "expires_in is missing; the token is good until it gets a 401")
        case .string(let text)?: diagnosis.fail(.tokenLifetime, "expires_in is the string '\(text)', not a number")
        case let value?:
            guard let said = value.number?.intValue, said > 0 else {
                return diagnosis.fail(.tokenLifetime, "expires_in is \(value.number?.text ?? "no number")")
            }
            if let real, .seconds(said) - real > Self.tolerance {
                let seconds = real.components.seconds
                return diagnosis.fail(.tokenLifetime, "expires_in is \(said), introspection says \(seconds)")
            }
            // A client that adds it in 32 bits, or in milliseconds, gets an expired token.
            if tokens.lifetime == nil { diagnosis.note(.tokenLifetime, "expires_in is \(said), far more than a life") }
        }
    }

    /// The time since the Unix epoch that a number means; nil for a time beyond the next 30,000 years.
    private static func instant(_ number: JSONNumber) -> Duration? {
        let seconds = number.doubleValue
        return seconds.magnitude < 1e12 ? .seconds(seconds) : nil
    }

    /// Checks at the end whether the token is still valid, if its lifetime was right so far.
    func endOfLife(_ visit: DoctorSession, _ diagnosis: inout Diagnosis) async throws {
        guard diagnosis.outcome(of: .tokenLifetime) == nil else { return }
        let lifetime = visit.grants.last?.tokens.lifetime ?? .zero
        guard !diagnosis.hasFailed(.freshToken), visit.age < lifetime,
            try await show(visit.accessToken, .listTools).0?.status == 401
        else { return diagnosis.pass(.tokenLifetime, "\(lifetime.inSeconds) seconds") }
        diagnosis.fail(
            .tokenLifetime, "expires_in is \(lifetime.inSeconds), the token was refused after \(visit.age.inSeconds)")
        diagnosis.excuse(DoctorCheck.allCases.filter { $0.depends(on: .freshToken) }, because: .tokenLifetime)
    }

    /// The tolerance between announced and real lifetime: clocks differ, and servers round.
    private static let tolerance = Duration.seconds(60)
}
