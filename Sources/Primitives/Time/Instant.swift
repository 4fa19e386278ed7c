/// A point in time, as the time passed since the Unix epoch.
///
/// Libraries take instants from their caller, who reads a clock such as ``SystemClock``.
public typealias Instant = Duration

extension Instant {
    /// The whole seconds of this instant, as in `exp` and `iat`.
    ///
    /// RFC 7662 §2.2 (NumericDate). Fractions are cut off.
    public var unixSeconds: Int64 { components.seconds }

    /// The whole nanoseconds of this instant, as stores keep them, rounded towards zero.
    ///
    /// An instant after the year 2262, the limit of 64 bits, becomes that limit.
    public var nanoseconds: Int64 {
        let (product, isTooLarge) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isStillTooLarge) = product.addingReportingOverflow(components.attoseconds / 1_000_000_000)
        return isTooLarge || isStillTooLarge ? .max : sum
    }

    /// The instant as text in UTC with milliseconds: `2026-07-28T12:00:00.000Z`.
    ///
    /// RFC 3339 §5.6.
    package var iso8601: String {
        let milliseconds = String(Int(components.attoseconds / 1_000_000_000_000_000) + 1000).dropFirst()
        return UTC.string(components.seconds, "%Y-%m-%dT%H:%M:%S") + ".\(milliseconds)Z"
    }

    /// The duration in milliseconds, with a fraction.
    package var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds / 1_000_000_000_000) / 1000
    }
}
