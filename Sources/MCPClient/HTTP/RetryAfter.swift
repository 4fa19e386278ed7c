internal import Primitives

extension WebHead {
    /// The maximum of `Retry-After`, an hour.
    private static let longestWait = Duration.seconds(3600)

    /// The time for which the server asks the client to wait, an hour at most; nil when it does not.
    ///
    /// RFC 9110 §10.2.3: seconds, or a date relative to the server's own `Date`.
    var retryAfter: Duration? {
        guard let text = first("retry-after") else { return nil }
        if let date = Self.time(text) {
            let now = first("date").flatMap(Self.time) ?? SystemClock.now()
            return min(max(date - now, .zero), Self.longestWait)
        }
        guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        return Int(text).map { min(.seconds($0), Self.longestWait) } ?? Self.longestWait
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The time since the Unix epoch that a date such as `Sun, 06 Nov 1994 08:49:37 GMT` means (RFC 9110 §5.6.7).
    private static func time(_ text: String) -> Duration? {
        let parts = text.split { " ,:".contains($0) }
        guard parts.count == 8, parts[7] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            let day = Int(parts[1]), let year = Int(parts[3]), let hour = Int(parts[4]), let minute = Int(parts[5]),
            let second = Int(parts[6]), (1...31).contains(day), (1970...9999).contains(year), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        // The year begins in March here, so that the leap day is its last day.
        let shifted = (year: month < 2 ? year - 1 : year, month: (month + 10) % 12)
        let leapDays = shifted.year / 4 - shifted.year / 100 + shifted.year / 400
        let days = shifted.year * 365 + leapDays + (shifted.month * 153 + 2) / 5 + day - 1 - 719_468
        return .seconds(((days * 24 + hour) * 60 + minute) * 60 + second)
    }
}
