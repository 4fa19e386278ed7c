internal import Primitives

/// A revision of the Model Context Protocol that this server supports, newest first.
///
/// The raw value is the revision's date on the wire.
public enum ProtocolVersion: String, CaseIterable, Sendable {
    /// Stateless: each request carries all metadata.
    case july2026 = "2026-07-28"
    /// Sessions; wrong tool arguments are a tool's result.
    case november2025 = "2025-11-25"
    /// Sessions; structured results and titles, no batches.
    case june2025 = "2025-06-18"
    /// Sessions with batches.
    case march2025 = "2025-03-26"

    /// The two generations of the protocol.
    public enum Era: Sendable {
        /// No handshake, no sessions.
        case modern
        /// `initialize` opens a session.
        case legacy
    }

    /// The era of this revision.
    public var era: Era { self == .july2026 ? .modern : .legacy }

    /// The revisions without a handshake, newest first.
    public static let modern = allCases.filter { $0.era == .modern }

    /// The answer to an `initialize` with an unsupported version.
    static let newestLegacy = ProtocolVersion.november2025

    // MARK: Differences between revisions

    /// A POST may hold several messages.
    var hasBatches: Bool { self == .march2025 }

    /// Tools have titles and output schemas, results `structuredContent`.
    var hasStructuredContent: Bool { self != .march2025 }

    /// Wrong arguments are reported as a result that the model can learn from, not as a JSON-RPC error (SEP-1303).
    var reportsWrongArgumentsAsResult: Bool { self == .july2026 || self == .november2025 }

    /// An event stream that answers a POST starts with an event that only has an id.
    var primesStreams: Bool { self == .november2025 }
}

/// The age of a version that a client names, by its date.
enum VersionAge {
    /// It is older than every revision here.
    case old
    /// It is of the time of the revisions with sessions, of which the last is older than the first without.
    case ofSessions
    /// It is as new as the revisions without sessions, or newer.
    case new
    /// It is no date.
    case noDate

    init(_ version: String) {
        let parts = version.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let versions = ProtocolVersion.allCases.map(\.rawValue)
        let modern = ProtocolVersion.modern.map(\.rawValue)
        guard parts.map(\.count) == [4, 2, 2], parts.joined().allSatisfy(\.isDigit) else {
            self = .noDate
            return
        }
        // Dates of this form are in the order of their texts.
        if version >= modern.min() ?? "" {
            self = .new
        } else {
            self = version < versions.min() ?? "" ? .old : .ofSessions
        }
    }
}
