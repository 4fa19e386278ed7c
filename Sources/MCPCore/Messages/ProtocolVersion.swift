/// A revision of the Model Context Protocol that this server speaks, newest first.
///
/// The raw value is the revision's date on the wire.
public enum ProtocolVersion: String, CaseIterable, Sendable {
    /// Stateless: each request says everything about itself.
    case july2026 = "2026-07-28"
    /// Sessions; wrong tool arguments are a tool's result.
    case november2025 = "2025-11-25"
    /// Sessions; structured results and titles, batches gone.
    case june2025 = "2025-06-18"
    /// Sessions with batches.
    case march2025 = "2025-03-26"

    /// The two ways of serving a request.
    public enum Era: Sendable {
        /// No handshake, no sessions.
        case modern
        /// `initialize` opens a session.
        case legacy
    }

    /// How requests of this revision are served.
    public var era: Era { self == .july2026 ? .modern : .legacy }

    /// The revisions without a handshake, newest first.
    public static let modern = allCases.filter { $0.era == .modern }

    /// The answer to an `initialize` that asks for a version we do not know.
    static let newestLegacy = ProtocolVersion.november2025

    // MARK: What changed when

    /// A POST may hold several messages.
    var hasBatches: Bool { self == .march2025 }

    /// Tools have titles and output schemas, results `structuredContent`.
    var hasStructuredContent: Bool { self != .march2025 }

    /// Wrong arguments come back as a result the model can learn from, not as a JSON-RPC error (SEP-1303).
    var reportsWrongArgumentsAsResult: Bool { self == .july2026 || self == .november2025 }

    /// An event stream that answers a POST starts with an event that only has an id.
    var primesStreams: Bool { self == .november2025 }
}
