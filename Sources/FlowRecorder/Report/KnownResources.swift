internal import HTTPEdge
package import OAuth
internal import Primitives

/// The resources that a client may ask tokens for.
package struct KnownResources: Sendable {
    private let own: Set<ResourceIndicator>
    /// The same to the letter.
    private let ownTexts: Set<[UInt8]>
    private let others: Set<ResourceIndicator>

    /// Collects the spellings of this server's own resource, and those of other resource servers.
    package init(own: [String], others: [ResourceIndicator]) {
        self.own = Set(own.compactMap { try? ResourceIndicator($0) })
        ownTexts = Set(own.map { Array($0.utf8) })
        self.others = Set(others)
    }

    /// Whether a text is one of this server's own resources or origins to the letter.
    func isOwn(_ text: String) -> Bool { ownTexts.contains(Array(text.utf8)) }

    /// Reads the values of `resource` in a request.
    ///
    /// - Parameter isRefused: whether the server refused them, so that a spelling of its own was not the one to send.
    func names(in request: FormParameters, _ secrets: SecretScanner, isRefused: Bool = false) -> ResourceNames {
        let values = request.values(.resource)
        guard !values.isEmpty else { return ResourceNames(kind: .none, digests: []) }
        guard !isRefused else {
            return ResourceNames(
                kind: .foreign("'\(url: secrets.scanned(values[0]))'"), digests: Set(values.map(Digest.init(of:))))
        }
        var kind = ResourceNames.Kind.own
        let digests = values.map { value in
            let indicator = try? ResourceIndicator(value)
            if indicator.map(own.contains) ?? false { return Self.ownDigest }
            if indicator.map(others.contains) ?? false {
                if kind == .own { kind = .other }
            } else {
                kind = .foreign("'\(url: secrets.scanned(value))'")
            }
            return Digest(of: value)
        }
        return ResourceNames(kind: kind, digests: Set(digests), isRepeated: values.count > 1)
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
    /// Whether there are several.
    var isRepeated = false
}

extension Findings {
    /// Judges whether the resource in a request is this server's; another one that the server knows is no concern of
    /// the rule.
    mutating func judge(_ rule: Rule, _ moment: CredentialHistory.EntryReference, names resources: ResourceNames) {
        switch resources.kind {
        case .own: resources.isRepeated ? doubts(rule, moment) : keeps(rule, moment)
        case .none, .other: break
        case .foreign(let name): breaks(rule, moment, "The resource is \(name), which is not this server's.")
        }
    }
}
