internal import MCPCore
internal import OAuth

/// Checks of the authorization endpoint before a login.
extension Doctor {
    /// The endpoint's response to a request.
    private enum Reception {
        /// A login page, or a redirect to one.
        case welcomed
        /// An error redirect to the client, which means that the redirect URI was accepted.
        case sentBack(error: String)
        /// An error page, or no answer.
        case turnedAway(String)

        var acceptsRedirectURI: Bool { if case .turnedAway = self { false } else { true } }
        /// Whether `resource` was the cause.
        var refusesResource: Bool {
            if case .sentBack(let error) = self { error == OAuthError.Code.invalidTarget.rawValue } else { false }
        }
    }

    /// Sends requests with several ports, then with and without `resource`.
    ///
    /// - Returns: whether a login makes sense.
    func authorizationEndpoint(
        _ visit: inout DoctorSession, _ agent: any AuthorizationAgent, _ diagnosis: inout Diagnosis
    ) async throws -> Bool {
        guard let own = agent.redirectURIs.first, let address = WebAddress(own) else { return true }
        let anyPorts = [49_201, 49_202].map { "http://\(address.host):\($0)\(address.path)" }
        var seen: [String] = []
        for uri in anyPorts {
            if case .turnedAway(let why) = try await knock(visit, at: uri, with: visit.resource) { seen.append(why) }
        }
        diagnosis.judge(
            .redirectPort, seen.isEmpty,
            seen.isEmpty
                ? "two free ports are accepted"
                : "two free ports get \(seen.joined(separator: " and ")); \(hint(.nameRegisteredPort))")
        let usable = seen.isEmpty ? anyPorts[0] : own
        guard try await resourceParameter(&visit, at: usable, &diagnosis) else {
            if diagnosis.outcome(of: .redirectPort) == .passed { return true }
            // The login would end at the same page, where a person would wait.
            diagnosis.skip(.login, because: .redirectPort)
            return false
        }
        return true
    }

    /// Compares a request with `resource` and one without.
    ///
    /// - Returns: false when the redirect URI is refused in both.
    private func resourceParameter(
        _ visit: inout DoctorSession, at uri: String, _ diagnosis: inout Diagnosis
    ) async throws -> Bool {
        let with = try await knock(visit, at: uri, with: visit.resource)
        let without = try await knock(visit, at: uri, with: nil)
        guard with.acceptsRedirectURI || without.acceptsRedirectURI else { return false }
        if with.refusesResource && !without.refusesResource {
            diagnosis.fail(.resourceParameter, "a request with resource gets invalid_target, one without is accepted")
            visit.resource = nil
        } else if without.refusesResource && !with.refusesResource {
            diagnosis.note(.resourceParameter, "a request without resource gets invalid_target")
        } else {
            diagnosis.pass(.resourceParameter, "requests with and without it are received alike")
        }
        return true
    }

    private func knock(_ visit: DoctorSession, at redirectURI: String, with resource: String?) async throws -> Reception
    {
        let attempt = AuthorizationAttempt(
            issuer: visit.found.server.issuer, client: visit.client, redirectURI: redirectURI, resource: resource,
            scope: visit.firstScope)
        let (answer, why) = try await fetch(
            WebRequest(.get, attempt.url, fields: [("Accept", "text/html")]), followingRedirects: false)
        guard let answer, (200..<400).contains(answer.status) else { return .turnedAway(why) }
        guard let target = answer.head.first("location"), target.withoutQuery == redirectURI,
            let error = try? RedirectedURL.parameters(target).value(.error)
        else { return .welcomed }
        return .sentBack(error: error)
    }
}

extension Doctor.DoctorSession {
    /// The server's suggestion for the scope.
    var firstScope: Scope? { ScopeChoice(found: found.server, wished: nil, before: nil).scope(adding: nil) }
}
