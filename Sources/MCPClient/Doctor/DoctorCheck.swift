/// One check of the doctor: a row of its report.
public struct DoctorCheck: Sendable, Hashable, CaseIterable {
    /// The name for programs: lower case, words joined by dashes.
    public let id: String
    /// The demand on the server, as a sentence that is true of a correct one.
    public let question: String
    /// The source of the demand.
    public let reference: String
    /// Clients that are known to fail at a server that does not meet it; nil when none is known.
    public let clients: String?
    /// The check that must succeed before this one; an array, because a structure cannot contain itself.
    private let needed: [DoctorCheck]

    init(id: String, question: String, reference: String, clients: String? = nil, needs: DoctorCheck? = nil) {
        (self.id, self.question, self.reference, self.clients) = (id, question, reference, clients)
        needed = needs.map { [$0] } ?? []
    }

    /// The check that must succeed before this one; nil when there is none.
    var needs: DoctorCheck? { needed.first }

    /// Whether this check needs another one, directly or indirectly.
    func depends(on other: DoctorCheck) -> Bool { needs.map { $0 == other || $0.depends(on: other) } ?? false }

    /// All checks, in the order of the report.
    public static let allCases: [DoctorCheck] = [
        .reachable, .challenge, .wellKnownType, .resourceMetadata, .resourceMetadataURL, .resourceMetadataPlaces,
        .resource, .issuerMetadata, .issuer, .endpoints, .pkce, .scopes, .issuerParameter, .registration, .cors,
        .exposedHeaders,
        .tokenTime, .tokenErrors, .client, .tokenMethods, .authMethods, .redirectPort, .resourceParameter,
        .login, .state, .responseIssuer, .token, .tokenLifetime,
        .freshToken, .modern, .november, .june, .march, .negotiation, .handshake, .results, .notifications,
        .unknownMethod, .ping, .eventStream, .tools, .scopeChallenge, .stepUp, .toolCall, .session, .endedSession,
        .badToken,
        .refresh, .refreshScope, .refreshReuse, .revocation,
    ]

    /// Whether two checks have the same name.
    public static func == (one: DoctorCheck, other: DoctorCheck) -> Bool { one.id == other.id }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
