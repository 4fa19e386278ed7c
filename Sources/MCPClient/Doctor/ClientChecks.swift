internal import MCPCore
internal import OAuth

/// Checks of the token endpoint before a login.
extension Doctor {
    /// Authenticates the client with an unknown code, by each announced method.
    ///
    /// - Returns: the client, if one method worked.
    func client(at found: Found, _ diagnosis: inout Diagnosis) async throws -> ClientIdentity? {
        guard let client else {
            for check in [DoctorCheck.client, .tokenTime, .tokenErrors] {
                diagnosis.skip(check, "no client is known: \(hint(.nameClient))")
            }
            return nil
        }
        let endpoint = TokenEndpoint(web: web, issuer: found.server.issuer, client: client)
        let announced = found.server.issuer.tokenMethods ?? [ClientAuthenticationMethod.basic.rawValue]
        let methods = announced.compactMap(ClientAuthenticationMethod.init)
        guard !methods.isEmpty else {
            diagnosis.fail(.authMethods, "announced is only \(announced.joined(separator: ", "))")
            for check in [DoctorCheck.tokenTime, .tokenErrors, .client] {
                diagnosis.skip(check, because: .authMethods)
            }
            return nil
        }
        do {
            _ = try endpoint.method()
        } catch {
            diagnosis.note(.client, error.problem, endingWith: error)
            for check in [DoctorCheck.tokenTime, .tokenErrors] { diagnosis.skip(check, because: .client) }
            return nil
        }
        let fitting = methods.filter { (client.secret == nil) == ($0 == .none) }
        let tried = fitting.isEmpty ? methods : fitting
        guard let refused = try await refusals(of: tried, endpoint, &diagnosis) else { return nil }
        let isKnown = try await judge(refused: refused, of: tried, endpoint, &diagnosis)
        judge(announced: found.server.issuer.tokenMethods, client, &diagnosis)
        return isKnown ? client : nil
    }

    /// The methods by which authentication fails; nil when the endpoint gives no usable answer.
    private func refusals(
        of methods: [ClientAuthenticationMethod], _ endpoint: TokenEndpoint, _ diagnosis: inout Diagnosis
    ) async throws -> [ClientAuthenticationMethod]? {
        var refused: [ClientAuthenticationMethod] = []
        for method in methods {
            let answer: WebResponse
            do {
                answer = try await endpoint.answerToUnknownCode(by: method)
            } catch let error as ClientError where error.code == "timeout" {
                diagnosis.note(.tokenTime, error.problem, endingWith: error)
                return nil
            } catch let error as ClientError {
                diagnosis.pass(.tokenTime, "it ends the connection at once")
                diagnosis.fail(.tokenErrors, error.problem)
                return nil
            }
            let isRefusal = [400, 401].contains(answer.status) && answer.oauthError != nil
            if diagnosis.outcome(of: .tokenTime) == nil { diagnosis.pass(.tokenTime, "it does") }
            if !isRefusal && diagnosis.outcome(of: .tokenErrors) == nil {
                diagnosis.fail(
                    .tokenErrors,
                    "an unknown code gets status \(answer.status) and \(answer.oauthError ?? "no error")")
            }
            guard answer.oauthError != nil else { return nil }
            if answer.oauthError == OAuthError.Code.invalidClient.rawValue { refused.append(method) }
        }
        if diagnosis.outcome(of: .tokenErrors) == nil { diagnosis.pass(.tokenErrors, "it does") }
        return refused
    }

    /// Tells an unknown client from a method that does not work as announced.
    ///
    /// - Returns: whether authentication worked by any method.
    private func judge(
        refused: [ClientAuthenticationMethod], of tried: [ClientAuthenticationMethod], _ endpoint: TokenEndpoint,
        _ diagnosis: inout Diagnosis
    ) async throws -> Bool {
        guard !refused.isEmpty else {
            diagnosis.pass(.client, "it is let in")
            diagnosis.pass(.tokenMethods, "they do")
            return true
        }
        var working = tried.filter { $0 != .none && !refused.contains($0) }
        if working.isEmpty && endpoint.client.secret != nil {
            for method in [ClientAuthenticationMethod.basic, .post] where !tried.contains(method) {
                let answer = try? await endpoint.answerToUnknownCode(by: method)
                if let error = answer?.oauthError, error != OAuthError.Code.invalidClient.rawValue {
                    working.append(method)
                }
            }
        }
        guard !working.isEmpty else {
            let isPublic = endpoint.client.secret == nil
            diagnosis.note(
                .client,
                isPublic
                    ? "the id '\(endpoint.client.id)' without a secret gets invalid_client"
                    : "the id '\(endpoint.client.id)' or its secret gets invalid_client",
                endingWith: ClientError(
                    isPublic ? .authorizationRequired : .authorizationRefused,
                    "The authorization server does not know the client, or not its secret.",
                    advice: isPublic ? .nameClientSecret : .checkClient))
            return false
        }
        diagnosis.pass(.client, "it is let in")
        diagnosis.fail(
            .tokenMethods,
            "announced but refused: \(refused.map(\.rawValue).joined(separator: ", ")); works: "
                + working.map(\.rawValue).joined(separator: ", "))
        return true
    }

    /// Notes the announced methods that some clients cannot use.
    private func judge(announced: [String]?, _ client: ClientIdentity, _ diagnosis: inout Diagnosis) {
        guard diagnosis.outcome(of: .tokenMethods) == .passed else { return }
        switch announced {
        case nil:
            diagnosis.note(.authMethods, "none is announced, which means client_secret_basic and nothing else")
        case let methods?:
            // A client with a secret has no use for the method of those without.
            let withSecret = methods.filter { $0 != ClientAuthenticationMethod.none.rawValue }
            let fitting = client.secret == nil || withSecret.isEmpty ? methods : withSecret
            if let only = fitting.first, fitting.count == 1 {
                diagnosis.note(.authMethods, "there is only \(only)")
            } else {
                diagnosis.pass(.authMethods, methods.joined(separator: ", "))
            }
        }
    }
}
