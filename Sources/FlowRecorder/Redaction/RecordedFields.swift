internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives

/// The header fields of a request or an answer, as the journal keeps them.
///
/// Credentials are reduced to their digests at once. Other fields are redacted when they are shown, which is far less
/// often than they are recorded.
package struct RecordedFields: Sendable {
    /// A field whose value is a secret.
    private struct Credentials {
        let name: String
        let scheme: String?
        var clientID: String?
        let digest: Digest
        let length: Int
    }

    private let others: HTTPFields
    private let credentials: [Credentials]

    /// The digest of the bearer token, if there is one.
    let bearer: Digest?
    /// The digest of the session's id, if there is one.
    let session: Digest?
    /// The client id of Basic, if there is one.
    var clientID: String? { credentials.lazy.compactMap(\.clientID).first }

    init(_ fields: HTTPFields) {
        let (secrets, others) = fields.split(where: Self.isSecret)
        self.others = others
        var bearer: Digest?
        var session: Digest?
        credentials = secrets.map { name, value in
            let isAuthorization = name.utf8.count == Self.authorizationLength
            let credentials = isAuthorization ? Self.authorization(name, value) : Self.opaque(name, value)
            if isAuthorization {
                if credentials.scheme?.lowercased() == "bearer" { bearer = bearer ?? credentials.digest }
            } else if name.utf8.count == Self.sessionIDLength {
                session = session ?? credentials.digest
            }
            return credentials
        }
        self.bearer = bearer
        self.session = session
    }

    /// The fields in a form that may be shown: public ones first.
    package func shown(_ secrets: SecretScanner) -> [(name: String, value: Redacted)] {
        others.all.map { ($0.name, Redacted(field: $0.name, $0.value, session: session, secrets)) }
            + credentials.map { field in
                guard let scheme = field.scheme else {
                    return (field.name, Redacted(field.digest, length: field.length))
                }
                return (
                    field.name,
                    Redacted(
                        scheme: scheme, clientID: field.clientID, field.digest, length: field.length, secrets)
                )
            }
    }

    /// The value of a field without secrets.
    func first(_ name: String) -> String? { others.first(name) }

    /// The approximate memory, in bytes.
    var byteCount: Int { others.byteCount + credentials.count * MemoryLayout<Credentials>.size }

    // MARK: - Secrets

    private static let authorizationLength = "authorization".utf8.count
    private static let sessionID = HeaderName.session.lowercased()
    private static let sessionIDLength = sessionID.utf8.count

    private static func isSecret(_ name: String) -> Bool {
        switch name.utf8.count {
        case 6: name.lowercased() == "cookie"
        case 10: name.lowercased() == "set-cookie"
        case authorizationLength: name.lowercased() == "authorization"
        case sessionIDLength: name.lowercased() == sessionID
        case 19: name.lowercased() == "proxy-authorization"
        default: false
        }
    }

    private static func opaque(_ name: String, _ value: String) -> Credentials {
        Credentials(name: name, scheme: nil, digest: Digest(of: value), length: value.utf8.count)
    }

    /// Keeps the scheme, and the client's id of Basic (RFC 7617 §2).
    private static func authorization(_ name: String, _ value: String) -> Credentials {
        guard let space = value.utf8.firstIndex(of: UInt8(ascii: " ")) else { return opaque(name, value) }
        let scheme = String(value[..<space])
        let rest = String(Substring(value.utf8[space...].drop { $0 == UInt8(ascii: " ") }))
        if scheme.lowercased() == "basic", let bytes = Base64.standard.decode(rest),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
        {
            let secret = Array(bytes[(colon + 1)...])
            return Credentials(
                name: name, scheme: scheme, clientID: String(decoding: bytes[..<colon], as: UTF8.self),
                digest: Digest(of: secret), length: secret.count)
        }
        return Credentials(
            name: name, scheme: scheme, digest: Digest(of: rest), length: rest.utf8.count)
    }
}
