internal import MCPCore
internal import OAuth
internal import Primitives

/// Finds the authorization server of an MCP server.
///
/// MCP 2026-07-28, basic/authorization/authorization-server-discovery: the challenge leads to the protected resource's
/// metadata, that to the issuer, and the issuer to its own metadata. A document counts only if it names the resource or
/// issuer that it was fetched for.
struct Discovery: Sendable {
    /// Deviations from the specification that a person may allow.
    struct Options: Sendable {
        /// Accepts a `resource` of the same origin whose path is a prefix of the server's.
        var isResourceLenient = false
        /// Assumes the endpoints of MCP 2025-03-26 without metadata; PKCE support cannot be checked then.
        var mayAssumeEndpoints = false
    }

    let web: WebClient
    let server: WebAddress
    var options = Options()

    private let redirects = Redirects()

    private var check: AddressCheck { AddressCheck(server: server) }

    /// The server's answer to a request without a token.
    struct FirstAnswer: Sendable {
        /// Whether it refused the request for lack of a token.
        var isProtected = false
        /// The `Bearer` challenge; nil when there is none.
        var challenge: Challenge?
        /// The failure of a server with an outage, which may have a challenge otherwise.
        var failure: ClientError?
    }

    /// Sends a request without a token, to get the challenge.
    func challenge() async throws -> FirstAnswer {
        let probe = ModernMessage(id: "challenge", method: .discover, params: [:], version: .july2026)
        let response = try await web.send(WebRequest(.post, server.text, fields: probe.fields, body: probe.body))
        guard response.status != 401 else {
            return FirstAnswer(
                isProtected: true, challenge: response.head.challenges.first { $0.scheme == Challenge.bearer })
        }
        return FirstAnswer(failure: response.isOutage ? Self.outage(response) : nil)
    }

    private static func outage(_ response: WebResponse) -> ClientError {
        ClientError(
            .network, "\(response.place) answers with status \(response.status).", advice: "Try again later.",
            code: String(response.status), retryAfter: response.head.retryAfter)
    }

    /// Follows the chain from a challenge, or from the server's URL where there is none.
    ///
    /// - Parameters:
    ///   - failure: the server's failure in place of a challenge.
    ///   - isPreferred: whether there are credentials for an issuer.
    func find(
        _ challenge: Challenge?, failure: ClientError? = nil, isPreferred: (String) -> Bool = { _ in false }
    ) async throws -> DiscoveredServer {
        guard let resource = try await resourceMetadata(challenge) else {
            return try await withoutResourceMetadata(challenge, failure)
        }
        guard resource.describes(server, isLenient: options.isResourceLenient) else {
            throw ClientError(
                .discovery,
                "The metadata at \(resource.url) is about '\(resource.resource.printable())', not about "
                    + "'\(resource.place == .root ? server.origin : server.text)'.",
                advice: .acceptResource)
        }
        let servers = resource.authorizationServers
        let issuer = servers.first(where: isPreferred) ?? servers[0]
        guard let metadata = try await issuerMetadata(of: issuer) else {
            throw ClientError(
                .discovery,
                "The authorization server \(issuer.printable()) has no metadata at any of the known places."
                    + redirects.sentence,
                advice:
                    "Tried: \(WebAddress(issuer).map(IssuerMetadata.candidates)?.joined(separator: ", ") ?? "none").")
        }
        return DiscoveredServer(
            server: server.text, resource: resource.resource, issuer: metadata, source: .resourceMetadata(resource.url),
            challengeScope: challenge?["scope"]?.unlessEmpty, resourceScopes: resource.scopes)
    }

    /// The authorization servers in the server's own metadata; nil when there is none.
    func issuers() async throws -> [String]? {
        guard let resource = try await resourceMetadata(try await challenge().challenge),
            resource.describes(server, isLenient: options.isResourceLenient)
        else { return nil }
        return resource.authorizationServers
    }

    // MARK: - The protected resource

    /// Fetches the URL of the challenge and no other; without one the path form, then the root form.
    private func resourceMetadata(_ challenge: Challenge?) async throws -> ResourceMetadata? {
        let name = "oauth-protected-resource"
        if let url = challenge?["resource_metadata"]?.unlessEmpty {
            let address = try check.address(url, in: "resource_metadata")
            guard let document = try await document(address.text) else {
                throw ClientError(
                    .discovery,
                    "There is no metadata at \(address.text), where the server's challenge points."
                        + redirects.sentence,
                    advice: "The server's operator has to correct resource_metadata.")
            }
            return try ResourceMetadata(document, place: .challenge, url: address.text)
        }
        let path = server.wellKnown(name) + (server.query.map { "?\($0)" } ?? "")
        if !["", "/"].contains(server.path), let document = try await document(path) {
            return try ResourceMetadata(document, place: .path, url: path)
        }
        let root = server.wellKnown(name, path: "")
        return try await document(root).map { document throws(ClientError) in
            try ResourceMetadata(document, place: .root, url: root)
        }
    }

    /// Finds what servers of MCP 2025-03-26 have: metadata at the origin, or fixed paths.
    private func withoutResourceMetadata(
        _ challenge: Challenge?, _ failure: ClientError?
    ) async throws -> DiscoveredServer {
        let issuer: IssuerMetadata
        let source: DiscoveredServer.Source
        // No document has named the issuer, and both spellings lead to this one (RFC 8414 §3.1).
        if let found = try await issuerMetadata(of: server.origin, orSpelled: server.origin + "/") {
            (issuer, source) = (found, .originMetadata)
        } else {
            if let failure { throw failure }
            guard options.mayAssumeEndpoints else {
                throw ClientError(
                    .discovery,
                    "\(server.origin) says nowhere who its authorization server is." + redirects.sentence,
                    advice: .assumeEndpoints)
            }
            (issuer, source) = (IssuerMetadata(assumedAt: server.origin), .assumed)
        }
        return DiscoveredServer(
            server: server.text, resource: KeyInAddress.removed(from: server.text), issuer: issuer, source: source,
            challengeScope: challenge?["scope"]?.unlessEmpty, resourceScopes: nil)
    }

    // MARK: - The authorization server

    /// The metadata of the issuer of an earlier login.
    ///
    /// - Throws: `network` when there is none any more: the issuer had some at the login.
    func metadata(of issuer: String) async throws -> IssuerMetadata {
        if let found = try await issuerMetadata(of: issuer) { return found }
        guard options.mayAssumeEndpoints else {
            throw ClientError(
                .network, "The authorization server \(issuer.printable()) has no metadata now." + redirects.sentence,
                advice: "It had some at the login. Try again later.")
        }
        return IssuerMetadata(assumedAt: issuer)
    }

    private func issuerMetadata(of issuer: String, orSpelled other: String? = nil) async throws -> IssuerMetadata? {
        let address = try check.address(issuer, in: "authorization_servers")
        for url in IssuerMetadata.candidates(for: address) {
            if let document = try await document(url) {
                let named = document[AuthorizationServerMetadata.MemberName.issuer.rawValue]?.string
                let spelling = other.flatMap { $0 == named ? $0 : nil } ?? issuer
                return try IssuerMetadata(document, for: spelling, check: check)
            }
        }
        return nil
    }

    /// A JSON object, or nil when there is none: the status of a refusal, or an HTML page with status 200.
    ///
    /// - Throws: `network` when the server fails, because then it is unknown whether there is one.
    private func document(_ url: String) async throws -> JSONObject? {
        let response = try await web.send(.document(url), limit: web.limits.documentBytes)
        guard !response.isOutage else { throw Self.outage(response) }
        if response.head.isSuccess, let document = response.json { return document }
        redirects.note(response, to: url)
        return nil
    }
}
