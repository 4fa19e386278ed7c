internal import MCPCore
internal import OAuth

/// Checks of the end of a token: it is refreshed, its refresh token is used twice, and the rest is revoked.
extension Doctor {
    func refresh(_ visit: inout DoctorSession, _ diagnosis: inout Diagnosis) async throws {
        guard let token = visit.grants.last?.refreshToken else {
            return diagnosis.note(.refresh, "there is no refresh token; people log in again when the token ends")
        }
        let after: TokenAnswer
        do {
            after = try await visit.refreshed(token)
        } catch let error as ClientError {
            if error.code == OAuthError.Code.invalidGrant.rawValue {
                // A server may revoke tokens at any time, and reports it in this way.
                diagnosis.note(.refresh, "just issued and never used: \(error.problem)")
            } else {
                diagnosis.fail(.refresh, error.problem)
            }
            return
        }
        let before = visit.scope.meaningful
        visit.renew(after)
        if after.status == 200 {
            diagnosis.pass(.refresh, after.refreshToken == nil ? "the refresh token stays" : "with a new refresh token")
        } else {
            diagnosis.note(.refresh, "the tokens come with status \(after.status) in place of 200")
        }
        diagnosis.judge(
            .refreshScope, visit.scope.covers(before), "before '\(before)', after '\(visit.scope.meaningful)'")
        try await reuse(token, &visit, &diagnosis)
    }

    /// Uses the spent refresh token again, as an attacker would.
    ///
    /// That ends the doctor's own grant at most, and no check comes after it.
    private func reuse(_ spent: Secret, _ visit: inout DoctorSession, _ diagnosis: inout Diagnosis) async throws {
        guard let next = visit.grants.last?.refreshToken, next != spent else {
            // OAuth 2.1 §4.3.1 demands rotation, or sender-constrained tokens, only of public clients.
            return diagnosis.judge(
                .refreshReuse, !visit.isPublic, "refresh tokens are not replaced, so any use is the same")
        }
        do {
            visit.begin(try await visit.refreshed(spent))
            diagnosis.note(.refreshReuse, "it works a second time, so a stolen one goes unnoticed")
        } catch let error as ClientError {
            guard error.code == OAuthError.Code.invalidGrant.rawValue else {
                return diagnosis.fail(.refreshReuse, error.problem)
            }
            do {
                visit.renew(try await visit.refreshed(next))
                diagnosis.note(.refreshReuse, "it is refused, and the one that replaced it stays good")
            } catch is ClientError {
                diagnosis.pass(.refreshReuse, "it is refused, and so is the one that replaced it")
            }
        }
    }

    /// Revokes the tokens of every login.
    func revocation(_ visit: DoctorSession, _ diagnosis: inout Diagnosis) async throws {
        guard let endpoint = visit.found.server.issuer.revocationEndpoint else {
            return diagnosis.pass(.revocation, "no endpoint is announced; the doctor's tokens end by themselves")
        }
        do {
            var isTaken = true
            for grant in visit.grants {
                let token = grant.refreshToken ?? grant.tokens.accessToken
                let hint: ParameterName = grant.refreshToken == nil ? .accessToken : .refreshToken
                isTaken = try await visit.tokenEndpoint.revoke(token, hint: hint) && isTaken
            }
            diagnosis.judge(
                .revocation, isTaken, isTaken ? "the doctor's were given back" : "\(endpoint) does not take them")
        } catch let error as ClientError {
            diagnosis.fail(.revocation, error.problem)
        }
    }
}
