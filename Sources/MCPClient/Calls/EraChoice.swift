public import MCPCore

/// The revisions that a connection may use.
public enum EraChoice: Sendable, Equatable {
    /// Any revision of the server, the newest first.
    case automatic
    /// Only the stateless revisions.
    case modern
    /// Only the revisions with a handshake.
    case legacy
    /// Exactly this revision.
    case version(ProtocolVersion)

    /// Reads `auto`, `modern`, `legacy` or a revision; nil for other text.
    public init?(_ text: String) {
        switch text {
        case "auto": self = .automatic
        case "modern": self = .modern
        case "legacy": self = .legacy
        default:
            guard let version = ProtocolVersion(rawValue: text) else { return nil }
            self = .version(version)
        }
    }

    /// The revision to probe for; nil for no probe.
    var probe: ProtocolVersion? {
        switch self {
        case .automatic, .modern: ProtocolVersion.modern.first
        case .legacy: nil
        case .version(let version): version.era == .modern ? version : nil
        }
    }

    /// The revision to request in a handshake; nil for no handshake.
    var handshake: ProtocolVersion? {
        switch self {
        case .automatic, .legacy: Self.legacyVersions.first
        case .modern: nil
        case .version(let version): version.era == .legacy ? version : nil
        }
    }

    static let legacyVersions = ProtocolVersion.allCases.filter { $0.era == .legacy }
}
