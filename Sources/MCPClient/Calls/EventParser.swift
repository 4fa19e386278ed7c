/// Parses the bytes of an event stream incrementally.
///
/// WHATWG HTML, "Server-sent events". Pieces may end anywhere, even within a character.
struct EventParser {
    /// An event with data.
    struct Event: Equatable {
        let name: String
        let data: String
    }

    /// The data for continuing a stream that ended.
    struct Resumption: Equatable {
        /// The last `id`; nil when there was none, or an empty one, which resets it.
        var lastID: String?
        /// The server's `retry` in milliseconds, if any.
        var retry: Int?
    }

    /// The data for continuing so far.
    private(set) var resumption: Resumption

    /// The maximum of `retry`, an hour: longer times do not mean anything else.
    private static let longestRetry = 3_600_000

    /// The maximum size of an id in bytes; servers accept no more in a header.
    private static let longestID = 4096

    private let limit: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var name = ""
    private var endedWithReturn = false
    private var isFirstLine = true

    /// - Parameters:
    ///   - limit: the maximum size of an event in bytes.
    ///   - resumption: the data of an earlier part of the stream.
    init(limit: Int, resumption: Resumption = Resumption()) {
        self.limit = limit
        self.resumption = resumption
    }

    /// Parses the next piece.
    ///
    /// - Throws: `protocolViolation` for an event larger than the limit.
    mutating func feed(_ bytes: [UInt8]) throws(ClientError) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            if byte == 0x0A, endedWithReturn {
                endedWithReturn = false
                continue
            }
            endedWithReturn = byte == 0x0D
            guard byte == 0x0A || byte == 0x0D else {
                line.append(byte)
                if line.count + data.count > limit {
                    throw ClientError(.protocolViolation, "An event of the server is larger than \(limit) bytes.")
                }
                continue
            }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func endLine() -> Event? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirstLine = false
        if line.isEmpty { return dispatch() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == 0x20 { value = value.dropFirst() }
        // No field has a longer name.
        switch String(decoding: line[..<colon].prefix(8), as: UTF8.self) {
        case "data":
            if hasData { data.append(0x0A) }
            data += value
            hasData = true
        // The client knows one name, which is short.
        case "event": name = String(decoding: value.prefix(64), as: UTF8.self)
        case "id" where !value.contains(0):
            resumption.lastID = Self.canBeSent(value) ? String(decoding: value, as: UTF8.self) : nil
        case "retry" where !value.isEmpty && value.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }):
            resumption.retry = min(Int(String(decoding: value, as: UTF8.self)) ?? .max, Self.longestRetry)
        default: break
        }
        return nil
    }

    /// Whether an id can be sent back in a header.
    private static func canBeSent(_ id: ArraySlice<UInt8>) -> Bool {
        !id.isEmpty && id.count <= longestID && id.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// Returns the event that an empty line ends; one without data, such as the first of 2025-11-25, is dropped.
    private mutating func dispatch() -> Event? {
        defer { (data, hasData, name) = ([], false, "") }
        guard !data.isEmpty else { return nil }
        return Event(name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self))
    }
}
