internal import ArgumentParser
internal import MCPClient
internal import Primitives

/// `discover`: shows the authorization server of an MCP server, without logging in.
struct DiscoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover",
        abstract: "Show the authorization servers and scopes of a server, from its metadata, without a login.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await CommandRunner.with(options, asksPerson: false) { context in
            let (isProtected, found) = try await context.access.discover()
            let issuer = found.issuer
            var document: JSONObject = [
                "server": .string(found.server), "protected": .bool(isProtected), "resource": .string(found.resource),
                "issuer": .string(issuer.issuer), "authorization_endpoint": .string(issuer.authorizationEndpoint),
                "token_endpoint": .string(issuer.tokenEndpoint),
            ]
            document["metadata"] =
                switch found.source {
                case .resourceMetadata(let url): .string(url)
                case .originMetadata: "none; the authorization server was found at the origin (2025-03-26)"
                case .assumed: "none; endpoints were assumed (2025-03-26)"
                }
            document["registration_endpoint"] = issuer.registrationEndpoint.map { .string($0) }
            document["revocation_endpoint"] = issuer.revocationEndpoint.map { .string($0) }
            document["introspection_endpoint"] = issuer.introspectionEndpoint.map { .string($0) }
            document["token_endpoint_auth_methods"] = issuer.tokenMethods.map { .array($0.map { .string($0) }) }
            document["scopes"] = found.resourceScopes.map { .array($0.map { .string($0) }) }
            document["challenge_scope"] = found.challengeScope.map { .string($0) }
            try context.output.result(document, text: Lines.of(document))
        }
    }
}
