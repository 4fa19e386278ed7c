#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Formats instants in UTC, regardless of the machine's time zone.
package enum UTC {
    /// Formats seconds since the Unix epoch with the conversions of C's `strftime`.
    package static func string(_ seconds: Int64, _ format: String) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        return string(&parts, format)
    }

    fileprivate static func string(_ parts: inout tm, _ format: String) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let length = strftime(buffer.baseAddress, buffer.count, format, &parts)
            return String(decoding: UnsafeRawBufferPointer(start: buffer.baseAddress, count: length), as: UTF8.self)
        }
    }
}

/// Formats instants in the time zone of the machine.
package enum LocalTime {
    /// Formats an instant with the conversions of C's `strftime`.
    package static func string(_ instant: Duration, _ format: String) -> String {
        var time = time_t(instant.components.seconds)
        var parts = tm()
        localtime_r(&time, &parts)
        return UTC.string(&parts, format)
    }
}
