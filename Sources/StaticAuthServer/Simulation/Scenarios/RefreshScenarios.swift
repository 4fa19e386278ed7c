internal import FlowRecorder
internal import OAuth
internal import OAuthServer
internal import Primitives

extension Scenario {
    /// Scenarios of refresh tokens.
    static let refresh = [
        Scenario(
            name: "refresh-invalid-grant",
            effect: "Every refresh token is refused with invalid_grant.",
            reference: "RFC 6749 §5.2",
            reason: "this is right: a refresh token may have expired or been revoked at any time.",
            affected: ["metabase#80389", "flowfuse"],
            correctClient: "Starts one new authorization, and does not try the refresh token again.",
            faults: [
                .runtime(
                    anyRefresh,
                    .refusal(
                        .invalidGrant,
                        "The scenario 'refresh-invalid-grant' refuses every refresh token. Start a new authorization."))
            ]),
        Scenario(
            name: "refresh-wrong-code",
            effect: "Every refresh token is refused with invalid_request.",
            reference: "RFC 6749 §5.2",
            reason: "the code for a refresh token that is no longer good is invalid_grant.",
            affected: ["metabase#80389"],
            correctClient: "Starts a new authorization all the same, and does not try again and again.",
            faults: [
                .runtime(
                    anyRefresh,
                    .refusal(
                        .invalidRequest,
                        "The scenario 'refresh-wrong-code' refuses every refresh token. Start a new authorization."))
            ]),
        Scenario(
            name: "refresh-rotate-strict",
            effect: "A refresh token works once; used again it is refused, and all other tokens stay good.",
            reference: "RFC 9700 §4.14.2, OAuth 2.1 §4.3.1",
            reason: "this is rotation without revocation, which the RFC asks for besides.",
            affected: refreshReports,
            correctClient: "Refreshes one request at a time, and stores the new refresh token before it uses anything.",
            settings: { settings, _ in settings.refresh = .rotateOnly },
            refuses: [.refreshReuse]),
        Scenario(
            name: "refresh-rotate-grace",
            effect: "A refresh token works once, and again for 30 seconds after that.",
            reference: "RFC 9700 §4.14.2",
            reason: "servers do this for clients that lost the answer; the RFC knows only the single use.",
            affected: refreshReports,
            correctClient: "Stores the latest refresh token; it may repeat a refresh whose answer it lost.",
            settings: { settings, _ in settings.refresh = .grace(.seconds(30)) }),
        Scenario(
            name: "refresh-family-revoke",
            effect: "A refresh token works once; used again, every token of its grant is revoked. This is what the "
                + "server does by default.",
            reference: "RFC 9700 §4.14.2, OAuth 2.1 §4.3.1",
            reason: "this is right: nobody can tell whether the client or a thief used it first.",
            affected: refreshReports,
            correctClient: "Refreshes one request at a time, and starts a new authorization after invalid_grant.",
            settings: { settings, _ in settings.refresh = .rotate }),
        Scenario(
            name: "refresh-none",
            effect: "There are no refresh tokens.",
            reference: "RFC 6749 §1.5 and §5.1",
            reason: "issuing a refresh token is optional.",
            affected: refreshReports,
            correctClient: "Starts a new authorization when the access token has expired, and says why.",
            settings: { settings, _ in settings.refresh = .none },
            refuses: [.refreshTokens],
            // The refresh token may be from before.
            isToBlame: { problem, _, _ in problem.error == OAuthError.Code.unsupportedGrantType.rawValue }),
        Scenario(
            name: "refresh-scope-drop",
            effect: "Every tool call needs the further scope elevated, and a refresh that names no scope loses it.",
            reference: "RFC 6749 §6",
            reason: "a refresh without scope is for all that was granted; Entra and others give less.",
            affected: ["claude-code#89862", "mcp-remote#357"],
            correctClient: "Names the scopes in the refresh, or compares those of the answer with what it had.",
            settings: { settings, tools in
                settings.requireElevated(for: tools)
                settings.refreshDropsScope = true
            },
            refuses: [.toolScope]),
    ]

    /// Scenarios of the lifetimes in token responses.
    static let lifetimes = [
        Scenario(
            name: "expires-lie",
            effect: "Access tokens live 5 seconds, and token responses say 3600.",
            reference: "RFC 6749 §5.1",
            reason: "expires_in is the lifetime in seconds.",
            affected: ["claude-code#89862"] + lifetimeReports,
            correctClient: "Refreshes on 401, and not only when the time is over.",
            settings: { settings, _ in
                settings.accessTokenTTL = .seconds(5)
                settings.advertiseExpiresIn = .fixed(.seconds(3600))
            },
            shortens: .access),
        Scenario(
            name: "expires-missing",
            effect: "Token responses do not say how long the access token lives.",
            reference: "RFC 6749 §5.1",
            reason: "expires_in is recommended, not required.",
            affected: lifetimeReports,
            correctClient: "Uses the token until it gets a 401.",
            settings: { settings, _ in settings.advertiseExpiresIn = .omitted }),
        Scenario(
            name: "expires-zero",
            effect: "Token responses say that the access token lives 0 seconds; it lives as long as always.",
            reference: "RFC 6749 §5.1",
            reason: "expires_in is the lifetime in seconds; some servers mean by 0 that there is no end.",
            affected: lifetimeReports,
            correctClient: "Uses the token at least once, and does not refresh in a loop.",
            settings: { settings, _ in settings.advertiseExpiresIn = .fixed(.zero) }),
        Scenario(
            name: "expires-string",
            effect: "Token responses say the lifetime as a JSON string.",
            reference: "RFC 6749 §5.1 and Appendix A.14",
            reason: "expires_in is a number.",
            affected: lifetimeReports,
            correctClient: "Reads the digits, or takes the member as absent; it does not fail.",
            settings: { settings, _ in settings.advertiseExpiresIn = .string }),
    ]

    private static let anyRefresh = FaultMatch(
        endpoint: .token, parameters: [(.grantType, GrantType.refreshToken.rawValue)])
    private static let refreshReports = ["claude-code#86430"]
    private static let lifetimeReports = ["LibreChat#13248", "qwen-code#5355", "mcp-remote#273", "mcp-remote#97"]
}
