internal import HTTPEdge
internal import OAuth
internal import OAuthServer
internal import Primitives

/// Admits only requests with an access token for this resource that has the base scope.
///
/// RFC 6750 §2.1 and §3, RFC 9728 §5.1. It checks each request anew; a session never authenticates.
struct BearerGuard: Sendable {
    let tokens: AccessTokenCheck
    let baseScope: Scope

    /// An admitted request's rights, with which a stream checks later whether they still hold.
    struct Pass: Sendable {
        let token: Secret
        let record: AccessTokenRecord
    }

    /// A refusal, as a challenge.
    struct Refusal: Error {
        let error: OAuthError?
        let scope: Scope
        /// The explanation of credentials that are no bearer token.
        var explanation: Explanation?
    }

    /// Checks a request.
    ///
    /// - Parameter token: the result of parsing its `Authorization` field.
    /// - Throws: ``Refusal``; errors of the store.
    func check(_ request: HTTPRequest, _ token: Result<Secret?, OAuthError>) async throws -> Pass {
        do {
            try refuseTokenInQuery(request)
            guard let token = try token.get() else {
                throw Refusal(
                    error: nil, scope: baseScope,
                    explanation: BearerToken.explanation(ofOtherScheme: request.fields["authorization"])
                        ?? explanation(ofTokenElsewhere: request))
            }
            let record = try await tokens.check(token)
            guard record.scope.covers(baseScope) else {
                throw OAuthError(
                    .insufficientScope, "The access token lacks the scope that every request here needs.",
                    Self.explanation(ofLacking: baseScope, record.scope))
            }
            return Pass(token: token, record: record)
        } catch let error as OAuthError {
            throw Refusal(error: error, scope: baseScope)
        }
    }

    /// Whether a token that was admitted before would be admitted now.
    ///
    /// - Throws: errors of the store.
    func isStillValid(_ pass: Pass) async throws -> Bool {
        do {
            _ = try await tokens.check(pass.token)
            return true
        } catch is OAuthError {
            return false
        }
    }

    /// Refuses a token in the URL, which ends up in logs and histories (OAuth 2.1 §5.1).
    private func refuseTokenInQuery(_ request: HTTPRequest) throws(OAuthError) {
        let name = ParameterName.accessToken.rawValue
        let fields = request.query?.split(separator: "&") ?? []
        guard fields.contains(where: { $0 == name || $0.hasPrefix(name + "=") }) else { return }
        throw OAuthError(
            .invalidRequest, "Send the access token in the Authorization header, never in the URL.",
            Explanation(
                expected: "Authorization: Bearer and the access token", received: "access_token in the query",
                hint: "What stands in a URL ends up in logs, histories and Referer headers."))
    }

    /// Explains a token in a place that is not read; nil where there is none.
    private func explanation(ofTokenElsewhere request: HTTPRequest) -> Explanation? {
        if let name = Self.otherFields.first(where: { !request.fields[$0].isEmpty }) {
            return Explanation(
                expected: BearerToken.expected, received: "\(public: name), and no Authorization",
                hint: "\(public: name) is not read here. Send the access token in Authorization, after the word Bearer."
            )
        }
        let names = request.query?.split(separator: "&").map { $0.prefix { $0 != "=" }.lowercased() } ?? []
        guard let name = Self.otherParameters.first(where: names.contains) else { return nil }
        return Explanation(
            expected: BearerToken.expected, received: "'\(public: name)' in the URL, and no Authorization",
            hint:
                "Send the access token in Authorization, after the word Bearer. What stands in a URL ends up in logs, "
                + "histories and Referer headers.")
    }

    private static let otherFields = [
        "X-API-Key", "API-Key", "X-Access-Token", "Access-Token", "X-Auth-Token", "Auth-Token", "X-Authorization",
        "Proxy-Authorization", "Token",
    ]
    private static let otherParameters = ["token", "bearer_token", "auth_token", "accesstoken", "api_key", "apikey"]

    /// Compares the scopes of a token with the needed ones.
    static func explanation(
        ofLacking needed: Scope, _ scope: Scope, rule: Explanation.Rule? = nil
    ) -> Explanation {
        return Explanation(
            expected: "a token with the scope '\(public: needed.description)'",
            received: "a token with the scope '\(public: scope.description)'",
            hint: "Authorize again and ask for \(SafeText(list: scope.missing(of: needed))) as well.", rule: rule)
    }
}

extension Explanation.Rule {
    /// The scope that a tool needs.
    static let toolScope = Self("tool scope")
}
