internal import OAuth

/// Checks the answer of the authorization endpoint before it is used.
///
/// RFC 6749 §4.1.2, RFC 9207 §2.4, MCP 2026-07-28, basic/authorization, "Authorization Response Validation". The order
/// matters: repeated parameters, then `state`, then `iss`, then `error`, then `code`. Of an answer with a wrong `state`
/// or `iss` nothing is shown, not even its error.
struct CallbackCheck {
    let attempt: AuthorizationAttempt

    /// Whether the answer belongs to this attempt.
    func isOurs(_ answer: FormParameters) -> Bool {
        guard let state = try? answer.value(.state) else { return false }
        return Secret(state) == attempt.state
    }

    /// The code of an answer that passes.
    ///
    /// - Throws: `authorizationRefused`; `network` when the authorization server reports an outage.
    func code(_ answer: FormParameters) throws(ClientError) -> Secret {
        let (state, issuer, error, code) = try once(answer)
        guard let state, Secret(state) == attempt.state else {
            throw ClientError(
                .authorizationRefused, "The answer does not belong to this login: its state is wrong or missing.",
                advice: "It was not used. Log in again, in one window.", code: "state")
        }
        try check(issuer: issuer)
        if let error { throw Self.refusal(error, try? answer.value(.errorDescription)) }
        guard let code else {
            throw ClientError(
                .authorizationRefused, "The authorization server's answer holds neither a code nor an error.",
                advice: "Log in again; if it happens again, the server is at fault.")
        }
        return Secret(code)
    }

    private typealias Values = (state: String?, issuer: String?, error: String?, code: String?)

    private func once(_ answer: FormParameters) throws(ClientError) -> Values {
        do throws(OAuthError) {
            return (
                try answer.value(.state), try answer.value(.issuer), try answer.value(.error), try answer.value(.code)
            )
        } catch {
            throw ClientError(
                .authorizationRefused, "A parameter occurs twice in the authorization server's answer.",
                advice: "It was not used; log in again.", code: "repeated")
        }
    }

    /// Compares `iss` with the recorded issuer, byte for byte without normalisation.
    private func check(issuer: String?) throws(ClientError) {
        guard let issuer else {
            guard attempt.issuer.namesIssuerInResponse else { return }
            throw ClientError(
                .authorizationRefused,
                "The answer lacks iss, which \(attempt.issuer.issuer) promises to send (RFC 9207).",
                advice: "Another server may have answered; the code was not used.", code: "iss")
        }
        guard issuer.utf8.elementsEqual(attempt.issuer.issuer.utf8) else {
            throw ClientError(
                .authorizationRefused,
                "The answer comes from the issuer '\(issuer.printable())', but '\(attempt.issuer.issuer)' was asked.",
                advice: "The code was not used (RFC 9207 §2.4).", code: "iss")
        }
    }

    private static func refusal(_ error: String, _ description: String??) -> ClientError {
        let isOutage = [OAuthError.Code.serverError, .temporarilyUnavailable].contains(OAuthError.Code(rawValue: error))
        let words = (description ?? nil)?.unlessEmpty.map { ": \($0.printable(400))" } ?? "."
        let advice: ClientError.Advice =
            switch OAuthError.Code(rawValue: error) {
            case .accessDenied: "Access was denied by the person or the server's rules. Log in again to change that."
            case .serverError, .temporarilyUnavailable: "The authorization server has a problem. Try again later."
            case .invalidScope: .narrowScope
            case .invalidTarget: "The authorization server knows no resource of this name; its settings are at fault."
            default: "Check the client id and the redirect URI that are registered there."
            }
        return ClientError(
            isOutage ? .network : .authorizationRefused,
            "The authorization server answered \(error.printable(60))\(words)", advice: advice,
            code: error.printable(60))
    }
}
