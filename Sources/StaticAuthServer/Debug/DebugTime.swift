internal import HTTPEdge
internal import OAuth

extension Instant {
    /// The time in UTC with milliseconds: `2026-07-28T12:00:00.000Z`.
    var iso8601: String {
        let milliseconds = String(Int(components.attoseconds / 1_000_000_000_000_000) + 1000).dropFirst()
        return UTC.string(components.seconds, "%Y-%m-%dT%H:%M:%S") + ".\(milliseconds)Z"
    }

    /// The length in milliseconds.
    var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds / 1_000_000_000_000) / 1000
    }
}
