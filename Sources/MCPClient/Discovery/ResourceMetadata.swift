internal import OAuth
internal import Primitives

/// The metadata of a protected resource, as far as a client needs it.
///
/// RFC 9728 §2.
struct ResourceMetadata: Sendable {
    /// The place of the document; each has its own rule for ``resource`` (RFC 9728 §3.3).
    enum Place: String, Sendable {
        case challenge, path, root
    }

    let resource: String
    let authorizationServers: [String]
    let scopes: [String]?
    let place: Place
    let url: String

    private typealias Name = ProtectedResourceMetadata.MemberName

    /// Reads a document.
    ///
    /// - Throws: `discovery` when a required member is missing.
    init(_ document: JSONObject, place: Place, url: String) throws(ClientError) {
        guard let resource = document[Name.resource.rawValue]?.string else {
            throw ClientError(
                .discovery, "The protected-resource metadata at \(url) names no resource.",
                advice: "RFC 9728 §2 requires the member; the server's operator has to add it.")
        }
        let servers = document[Name.authorizationServers.rawValue]?.array?.compactMap(\.string) ?? []
        guard !servers.isEmpty else {
            throw ClientError(
                .discovery, "The protected-resource metadata at \(url) names no authorization server.",
                advice: "The server's operator has to list one in authorization_servers.")
        }
        self.resource = resource
        authorizationServers = servers
        scopes = document[Name.scopes.rawValue]?.array?.compactMap(\.string)
        self.place = place
        self.url = url
    }

    /// Whether the document describes the called server.
    ///
    /// - Parameter isLenient: also accepts a resource of the same origin whose path is a prefix of the server's.
    func describes(_ server: WebAddress, isLenient: Bool) -> Bool {
        guard let named = WebAddress(resource) else { return false }
        let expected = place == .root ? server.origin : server.text
        if Self.spelling(named.text) == Self.spelling(expected) { return true }
        guard isLenient, named.origin == server.origin, named.query == nil else { return false }
        let path = named.path.hasSuffix("/") ? String(named.path.dropLast()) : named.path
        return server.path == path || server.path.hasPrefix(path + "/")
    }

    /// Adds the slash of an empty path: both are the same URL (RFC 3986 §6.2.3).
    private static func spelling(_ url: String) -> String {
        guard let address = WebAddress(url), address.path == "/" else { return url }
        return address.origin + (address.query.map { "?\($0)" } ?? "")
    }
}
