package import Primitives

/// The request or time after which records count.
package enum Since: Sendable {
    /// After the request with a number.
    case entry(Int)
    /// From a time on: the beginning of an ISO 8601 time in UTC; such texts sort by time.
    case time(String)

    /// Reads the number of a request, or a time in UTC such as `2026-07-28T12:00:00Z`; nil for anything else.
    package init?(_ text: String) {
        if let number = Int(text), number >= 0 {
            self = .entry(number)
            return
        }
        let shape = text.map { $0.isNumber && $0.isASCII ? "0" : $0 }
        guard text.hasSuffix("Z"), String(shape).hasPrefix("0000-00-00T00:00:00"), text.utf8.count <= 24 else {
            return nil
        }
        self = .time(String(text.dropLast()))
    }

    /// Whether a request comes after.
    package func includes(entry: Int, at time: Instant) -> Bool {
        switch self {
        case .entry(let number): entry > number
        case .time(let text): time.iso8601 >= text
        }
    }
}
