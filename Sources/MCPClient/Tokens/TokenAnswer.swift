internal import OAuth
internal import Primitives

/// The tokens of a token response.
///
/// RFC 6749 §5.1, read tolerantly where real servers differ: `expires_in` may be missing, zero or a numeric string, and
/// is only a hint, and the status may be another success than 200. An answer with an `error` is an error, whatever its
/// status.
struct TokenAnswer: Sendable {
    let accessToken: Secret
    /// The refresh token, if there is one; an empty text counts as none.
    let refreshToken: Secret?
    /// The lifetime; nil when there is none, or an impossible one.
    let lifetime: Duration?
    /// `expires_in` as received.
    let expiresIn: JSONValue?
    let scope: Scope?
    /// The status of the answer; RFC 6749 §5.1 demands 200.
    let status: Int

    /// Reads an answer.
    ///
    /// - Parameter requested: the requested scope, which is granted when the answer has none.
    init(_ response: WebResponse, requested: Scope?) throws(ClientError) {
        guard response.head.isSuccess, let document = response.json, response.oauthError == nil else {
            throw response.refusal
        }
        guard let token = document[ParameterName.accessToken.rawValue]?.string, !token.isEmpty else {
            throw ClientError(.protocolViolation, "The answer of \(response.place) holds no access token.")
        }
        let type = document[ParameterName.tokenType.rawValue]?.string ?? "none"
        guard type.lowercased() == TokenResponse.tokenType.lowercased() else {
            throw ClientError(
                .protocolViolation,
                "The answer of \(response.place) has the token type '\(type.printable(60))', not Bearer.",
                advice: "MCP uses bearer tokens only.")
        }
        guard token.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw ClientError(
                .protocolViolation,
                "The access token in the answer of \(response.place) has a control character, so no header can carry it.",
                advice: "The authorization server has to correct that (RFC 6749, appendix A.12).")
        }
        status = response.status
        accessToken = Secret(token)
        refreshToken = document[ParameterName.refreshToken.rawValue]?.string?.unlessEmpty.map(Secret.init)
        expiresIn = document.given(ParameterName.expiresIn.rawValue)
        let seconds = expiresIn.flatMap {
            $0.number?.doubleValue ?? Double($0.string ?? "")
        }
        lifetime = seconds.flatMap { (1...1e9).contains($0) ? .seconds(Int64($0)) : nil }
        let scope = document[ParameterName.scope.rawValue]?.string?.unlessEmpty.map {
            Scope($0.split(separator: " ").map(String.init))
        }
        self.scope = scope ?? requested
    }
}
