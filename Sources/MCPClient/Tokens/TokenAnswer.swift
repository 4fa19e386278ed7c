internal import MCP
internal import OAuth

/// What the token endpoint handed out.
///
/// RFC 6749 §5.1, read tolerantly where real servers differ: `expires_in` may be missing, zero or a numeric string, and is
/// advice only. An answer with an `error` is an error, whatever its status.
struct TokenAnswer: Sendable {
    let accessToken: Secret
    let refreshToken: Secret?
    /// Nil when the server does not say, or says something that cannot be.
    let lifetime: Duration?
    /// `expires_in` as it came.
    let expiresIn: JSONValue?
    let scope: Scope?

    /// Reads an answer.
    ///
    /// - Parameter requested: the scope asked for, which is granted when the answer names none.
    init(_ response: WebResponse, requested: Scope?, at endpoint: String) throws(ClientError) {
        guard response.status == 200, let document = response.json, response.oauthError == nil else {
            throw Self.refusal(response, at: endpoint)
        }
        guard let token = document[ParameterName.accessToken.rawValue]?.string, !token.isEmpty else {
            throw ClientError(.protocolViolation, "The answer of \(endpoint) holds no access token.")
        }
        let type = document[ParameterName.tokenType.rawValue]?.string ?? "none"
        guard type.lowercased() == TokenResponse.tokenType.lowercased() else {
            throw ClientError(
                .protocolViolation, "The answer of \(endpoint) has the token type '\(type.printable(60))', not Bearer.",
                advice: "MCP uses bearer tokens only.")
        }
        accessToken = Secret(token)
        refreshToken = document[ParameterName.refreshToken.rawValue]?.string.map(Secret.init)
        expiresIn = document[ParameterName.expiresIn.rawValue]
        let seconds = expiresIn.flatMap {
            $0.number?.doubleValue ?? Double($0.string ?? "")
        }
        lifetime = seconds.flatMap { (1...1e9).contains($0) ? .seconds(Int64($0)) : nil }
        let scope = document[ParameterName.scope.rawValue]?.string.map {
            Scope($0.split(separator: " ").map(String.init))
        }
        self.scope = scope ?? requested
    }

    /// What a refusal says; of a page that is no document, only its status and first words.
    static func refusal(_ response: WebResponse, at endpoint: String) -> ClientError {
        let place = endpoint.withoutQuery
        guard let code = response.oauthError else {
            let kind: ClientError.Kind =
                response.status >= 500 || response.status == 429 ? .network : .protocolViolation
            // What came with status 200 may hold tokens.
            let words =
                response.status == 200 ? "" : ": " + String(decoding: response.body, as: UTF8.self).printable(100)
            return ClientError(
                kind, "\(place) answered with status \(response.status) and no document\(words)",
                advice: response.status >= 500 ? "Try again later." : nil, code: String(response.status))
        }
        let description = response.json?[ParameterName.errorDescription.rawValue]?.string
        let advice =
            switch OAuthError.Code(rawValue: code) {
            case .invalidClient: "Check the client id and the secret; then log in again."
            case .invalidGrant: "The code or refresh token is no longer good; log in again."
            case .invalidTarget: "The authorization server does not issue tokens for this resource."
            case .invalidScope: "Ask for fewer scopes with --scope."
            default: "Log in again."
            }
        return ClientError(
            .authorizationRefused,
            "\(place) answered \(code.printable(60))" + (description.map { ": \($0.printable(400))" } ?? "."),
            advice: advice, code: code.printable(60))
    }
}
