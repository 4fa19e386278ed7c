internal import Primitives

/// A date and time as RFC 3339 §5.6 writes them: `2026-07-28T12:00:00Z`, `2026-07-28T14:00:00.5+02:00`.
enum Timestamp {
    /// Reads an instant; nil for other text, an impossible date, or a leap second.
    static func instant(_ text: String) -> Instant? {
        let form = #/(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)/#
        guard text.utf8.count <= 40, let parts = text.wholeMatch(of: form)?.output else { return nil }
        let numbers = [parts.1, parts.2, parts.3, parts.4, parts.5, parts.6].compactMap { Int($0) }
        guard numbers.count == 6, let day = day(numbers[0], numbers[1], numbers[2]), numbers[3] < 24, numbers[4] < 60,
            numbers[5] < 60, let offset = offset(parts.8)
        else { return nil }
        let fraction = parts.7.flatMap { Double("0" + $0) } ?? 0
        let seconds = day * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5] - offset
        return .seconds(seconds) + .nanoseconds(Int64(fraction * 1_000_000_000))
    }

    /// The offset of local time from UTC in seconds.
    private static func offset(_ text: Substring) -> Int? {
        guard text.count == 6 else { return 0 }
        guard let hours = Int(text.dropFirst().prefix(2)), let minutes = Int(text.suffix(2)), hours < 24, minutes < 60
        else { return nil }
        return (text.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// The days from 1970-01-01 to a date of the Gregorian calendar.
    private static func day(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[month - 1]).contains(day), year >= 1 else { return nil }
        let past = year - 1
        let daysBeforeYear = past * 365 + past / 4 - past / 100 + past / 400
        return daysBeforeYear + lengths[..<(month - 1)].reduce(0, +) + day - 1 - 719_162
    }
}
