internal import HTTPEdge
public import MCPClient
internal import MCPCore
internal import OAuth
internal import Primitives

/// An MCP server that issues no tokens: another server is its authorization server.
///
/// It shows all that a resource server has to do: publish RFC 9728 metadata, challenge, and ask `IntrospectionVerifier`
/// about every token. `--resource` of static-auth-server lets tokens be issued for it.
public final class ExampleResourceServer: Sendable {
    /// The identifier that tokens must be issued for, and the URL to call.
    public let resource: String
    private let http: HTTPServer

    /// Listens on a free port of this machine; ``serve(verifier:issuer:)`` starts to answer.
    public init() async throws {
        http = try await HTTPServer(addresses: ["127.0.0.1"], port: 0)
        resource = "http://127.0.0.1:\(http.port)/mcp"
    }

    /// Starts to answer.
    ///
    /// - Parameters:
    ///   - verifier: checks tokens.
    ///   - issuer: the authorization server that clients are sent to.
    public func serve(verifier: IntrospectionVerifier, issuer: String) async throws {
        let server = MCPServer(
            Environment(
                description: ServerDescription(name: "example", version: "1"), tools: try ToolRegistry([HelloTool()]),
                now: SystemClock.now, randomBytes: Random.bytes, sha256: { Digest(of: $0).bytes }),
            sessions: MemorySessionStore())
        await http.serve(Answers(resource: resource, issuer: issuer, verifier: verifier, server: server))
    }

    /// Stops.
    public func stop() async { await http.stop() }
}

/// The only tool: returns the subject of the token.
private struct HelloTool: Tool {
    let name = "hello"
    let description = "Greets the owner of the token."
    let inputSchema: JSONObject = ["type": "object"]

    func call(_ arguments: JSONObject, context: ToolContext) async throws -> JSONObject {
        ["greeting": .string("hello \(context.caller.subject)")]
    }
}

private struct Answers: RequestHandler {
    let resource: String
    let issuer: String
    let verifier: IntrospectionVerifier
    let server: MCPServer

    private static let metadataPath = "/.well-known/oauth-protected-resource/mcp"

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        switch (request.method, request.path) {
        case (.get, Self.metadataPath):
            return json(.ok, ["resource": .string(resource), "authorization_servers": [.string(issuer)]])
        case (.post, "/mcp"): return await protected(request)
        default: return HTTPResponse(.notFound)
        }
    }

    private func protected(_ request: HTTPRequest) async -> HTTPResponse {
        do {
            guard let token = try BearerToken.parse(request.fields["authorization"]) else { return challenge(nil) }
            guard let facts = try await verifier.verify(token) else {
                return challenge(OAuthError(.invalidToken, "This token is not good for this resource."))
            }
            let caller = Caller(subject: facts.subject, clientID: facts.clientID, scopes: facts.scope.tokens)
            return answer(try await server.post(body: request.body, headers: headers(request), caller: caller))
        } catch let error as OAuthError {
            return challenge(error)
        } catch {
            // Without an answer of the authorization server no token is accepted.
            return HTTPResponse(.serviceUnavailable)
        }
    }

    private func headers(_ request: HTTPRequest) -> TransportHeaders {
        TransportHeaders(
            protocolVersion: request.fields["mcp-protocol-version"], method: request.fields["mcp-method"],
            name: request.fields["mcp-name"], sessionID: request.fields["mcp-session-id"])
    }

    private func challenge(_ error: OAuthError?) -> HTTPResponse {
        let metadata = resource.replacing("/mcp", with: Self.metadataPath)
        let value = BearerChallenge(error: error, scope: Scope([]), resourceMetadata: metadata).headerValue
        return HTTPResponse(.unauthorized, fields: HTTPFields([("WWW-Authenticate", value)]))
    }

    private func answer(_ reply: Reply) -> HTTPResponse {
        switch reply {
        case .json(let body, let session):
            var response = HTTPResponse(
                .ok, fields: HTTPFields([("Content-Type", "application/json")]), body: .bytes(body))
            if let session { response.fields.append("Mcp-Session-Id", session) }
            return response
        case .refusal(let message, let status):
            return HTTPResponse(
                HTTPStatus(status), fields: HTTPFields([("Content-Type", "application/json")]),
                body: .bytes(message.bytes))
        case .accepted: return HTTPResponse(.accepted)
        default: return HTTPResponse(.methodNotAllowed)
        }
    }

    private func json(_ status: HTTPStatus, _ object: JSONObject) -> HTTPResponse {
        HTTPResponse(
            status, fields: HTTPFields([("Content-Type", "application/json")]),
            body: .bytes(JSONWriter.bytes(of: object)))
    }
}
