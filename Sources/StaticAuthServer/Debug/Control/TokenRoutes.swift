internal import FlowRecorder
internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import OAuthServer
internal import Primitives

/// `/debug/tokens/expire`: expires tokens early.
struct ExpireRoute: Route {
    let tokens: DebugTokens

    private enum Kind: String, CaseIterable {
        case access
        case refresh
        case code
        case all
    }

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let document = try DebugDocument(request)
        try document.allowOnly(["token", "subject", "all", "kind"])
        let selection = try Selection(document, one: "token")
        let kind: Kind = try document.choice("kind") ?? .access
        let kinds = TokenKind(rawValue: kind.rawValue).map { Set([$0]) } ?? Set(TokenKind.allCases)
        let count = try await tokens.expire(selection, kinds, by: request.asCause)
        try selection.requireFound(count, "token", "a code or token that can be used")
        return Responses.json(.ok, ["expired": JSONValue(count)])
    }
}

/// `/debug/tokens/revoke`: revokes tokens, as their client could.
struct RevokeTokensRoute: Route {
    let tokens: DebugTokens

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let document = try DebugDocument(request)
        try document.allowOnly(["token", "subject", "all"])
        let selection = try Selection(document, one: "token")
        let count = try await tokens.revoke(selection, by: request.asCause)
        try selection.requireFound(count, "token", "a code or token that can be used")
        return Responses.json(.ok, ["revoked": JSONValue(count)])
    }
}

/// `/debug/tokens/issue`: issues an access token without a flow, with a refresh token on request.
struct IssueRoute: Route {
    let grant: TestTokenIssuer
    /// The default subject of the tokens.
    let subject: String
    /// Records what issued them.
    let note: @Sendable (Intervention, SafeText) -> Void

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let document = try DebugDocument(request)
        try document.allowOnly(["subject", "client", "scope", "ttl", "refresh_token"])
        let subject = try document.text("subject") ?? subject
        let lifetime = try document.number("ttl", 0...315_360_000)
        let tokens = try await grant.issue(
            subject: subject, clientID: try document.text("client"),
            scope: try document.text("scope").map { try Scope(parsing: $0) },
            lifetime: lifetime.map { .seconds($0) },
            withRefreshToken: try document.truth("refresh_token") ?? false, origin: origin.text)
        note(
            .issued(
                access: tokens.accessToken, refresh: tokens.refreshToken, subject: subject,
                lifetime: lifetime.map { .seconds($0) }), request.asCause)
        return Responses.credentials(.ok, tokens.document)
    }
}
