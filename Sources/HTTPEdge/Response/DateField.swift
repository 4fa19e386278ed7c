internal import Primitives
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The value of the `Date` field, formatted once a second.
///
/// RFC 9110 §6.6.1.
final class DateField: Sendable {
    private let last = Mutex<(second: Int64, text: String)>((0, ""))

    /// The value for an answer at present.
    func value() -> String {
        let now = Int64(time(nil))
        return last.withLock { last in
            if last.second != now { last = (now, UTC.string(now, "%a, %d %b %Y %H:%M:%S GMT")) }
            return last.text
        }
    }
}
