internal import MCPCore
internal import Primitives

/// Remembers the revision of a server for a day.
///
/// MCP 2026-07-28, basic/versioning: the result belongs to the origin. It saves the probe; a server that contradicts it
/// is probed again.
struct EraMemory: Sendable {
    let store: TokenStore?
    let origin: String

    private static let lifetime = Duration.seconds(86_400)

    func version() -> ProtocolVersion? {
        guard let note = try? store?.note("era", at: origin), let end = note["until"]?.number?.intValue,
            SystemClock.now() < .seconds(end)
        else { return nil }
        return note["version"]?.string.flatMap(ProtocolVersion.init)
    }

    func remember(_ version: ProtocolVersion) {
        guard let store, self.version() != version else { return }
        let end = SystemClock.now() + Self.lifetime
        // A note that cannot be written only costs a probe.
        try? store.save(
            note: ["version": .string(version.rawValue), "until": JSONValue(Int(end.components.seconds))], "era",
            at: origin)
    }

    /// Forgets a result that was contradicted.
    func forget() { try? store?.remove(note: "era", at: origin) }
}
