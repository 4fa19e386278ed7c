/// Takes the bytes of an event stream in pieces and gives out the events.
///
/// WHATWG HTML, "Server-sent events". Pieces may end anywhere, also within a character.
struct EventParser {
    /// One event that has data.
    struct Event: Equatable {
        let name: String
        let data: String
    }

    /// Where a stream that ended can be continued.
    struct Resumption: Equatable {
        /// The last `id`; nil when there was none, or an empty one, which takes the others back.
        var lastID: String?
        /// How many milliseconds to wait before another attempt, when the server said so.
        var retry: Int?
    }

    /// What the server has said so far about continuing.
    private(set) var resumption: Resumption

    /// An hour: what is longer says no more than to leave the server alone.
    private static let longestRetry = 3_600_000

    /// In bytes; servers take no more in a header.
    private static let longestID = 4096

    private let limit: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var name = ""
    private var endedWithReturn = false
    private var isFirstLine = true

    /// - Parameters:
    ///   - limit: the largest event in bytes.
    ///   - resumption: what an earlier part of the stream said.
    init(limit: Int, resumption: Resumption = Resumption()) {
        self.limit = limit
        self.resumption = resumption
    }

    /// Goes on with a piece.
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

    /// Whether a stream can be continued with an id: it goes back in a header.
    private static func canBeSent(_ id: ArraySlice<UInt8>) -> Bool {
        !id.isEmpty && id.count <= longestID && id.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// An empty line ends an event; one without data, such as the first of 2025-11-25, is none.
    private mutating func dispatch() -> Event? {
        defer { (data, hasData, name) = ([], false, "") }
        guard !data.isEmpty else { return nil }
        return Event(name: name.isEmpty ? "message" : name, data: String(decoding: data, as: UTF8.self))
    }
}
