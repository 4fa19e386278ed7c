internal import HTTPEdge
package import OAuth
internal import Primitives

/// The resources that a client may ask tokens for.
package struct KnownResources: Sendable {
    private let own: Set<ResourceIndicator>
    private let others: Set<ResourceIndicator>

    /// Collects the spellings of this server's own resource, and those of other resource servers.
    package init(own: [String], others: [ResourceIndicator]) {
        self.own = Set(own.compactMap { try? ResourceIndicator($0) })
        self.others = Set(others)
    }

    /// Reads the values of `resource` in a request.
    func names(in request: FormParameters) -> ResourceNames {
        let values = request.values(.resource)
        guard !values.isEmpty else { return ResourceNames(kind: .none, digests: []) }
        var kind = ResourceNames.Kind.own
        let digests = values.map { value in
            let indicator = try? ResourceIndicator(value)
            if indicator.map(own.contains) ?? false { return Self.ownDigest }
            if indicator.map(others.contains) ?? false {
                if kind == .own { kind = .other }
            } else {
                kind = .foreign("'\(url: value)'")
            }
            return Digest(of: value)
        }
        return ResourceNames(kind: kind, digests: Set(digests))
    }

    /// All spellings of this server's own resource are one.
    private static let ownDigest = Digest(of: "")
}

/// The resources that a request names.
struct ResourceNames: Sendable {
    enum Kind: Equatable, Sendable {
        case none
        /// This server's own.
        case own
        /// That of another resource server, which this one issues tokens for.
        case other
        /// One that this server does not know.
        case foreign(SafeText)
    }

    let kind: Kind
    let digests: Set<Digest>
}

extension Findings {
    /// Judges whether a request names this server's resource; another one that the server knows is no concern of the
    /// rule.
    mutating func judge(
        _ rule: Rule, _ moment: CredentialHistory.EntryReference, names resources: ResourceNames, in request: SafeText
    ) {
        switch resources.kind {
        case .none: breaks(rule, moment, "\(request) has no resource.")
        case .own: keeps(rule, moment)
        case .other: break
        case .foreign(let name): breaks(rule, moment, "The resource is \(name), which is not this server's.")
        }
    }
}
