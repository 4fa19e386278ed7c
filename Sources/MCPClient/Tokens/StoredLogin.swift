internal import MCPCore
public import OAuth
internal import Primitives

/// The last login at an MCP server: its authorization server, and the client's identity there.
public struct StoredLogin: Sendable {
    /// The URL of the MCP server, without any API key in its query.
    public let server: String
    /// The issuer of the credentials.
    public let issuer: String
    /// The client at that issuer.
    public let client: ClientIdentity
    /// The resource for token requests.
    public let resource: String
    /// The scopes requested so far; a step-up adds to them.
    public var scope: Scope?

    /// The key of the stored tokens.
    public var key: StoredTokens.Key { .init(issuer: issuer, clientID: client.id, resource: resource) }

    init(server: String, issuer: String, client: ClientIdentity, resource: String, scope: Scope?) {
        self.server = server
        self.issuer = issuer
        self.client = client
        self.resource = resource
        self.scope = scope
    }

    private enum Member: String {
        case server, issuer, resource, scope
        case clientID = "client_id"
        case clientSecret = "client_secret"
        case registeredURI = "redirect_uri"
    }

    var document: JSONObject {
        var document: JSONObject = [
            Member.server.rawValue: .string(server), Member.issuer.rawValue: .string(issuer),
            Member.clientID.rawValue: .string(client.id), Member.resource.rawValue: .string(resource),
        ]
        document[Member.clientSecret.rawValue] = client.secret.map { .string($0.reveal()) }
        document[Member.registeredURI.rawValue] = client.registeredURI.map { .string($0) }
        document[Member.scope.rawValue] = scope.map { .string($0.description) }
        return document
    }

    init?(_ document: JSONObject) {
        func text(_ member: Member) -> String? { document[member.rawValue]?.string }
        guard let server = text(.server), let issuer = text(.issuer), let id = text(.clientID),
            let resource = text(.resource)
        else { return nil }
        self.init(
            server: server, issuer: issuer,
            client: ClientIdentity(
                id: id, secret: text(.clientSecret)?.unlessEmpty.map(Secret.init), registeredURI: text(.registeredURI)),
            resource: resource, scope: text(.scope).map { Scope($0.split(separator: " ").map(String.init)) })
    }
}
