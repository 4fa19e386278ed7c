import Foundation

/// The reader of event streams reads the events that a simpler one reads, wherever the bytes are split.
///
/// The first byte says where. The simpler reader works on the whole text as WHATWG HTML, "Interpreting an event
/// stream", demands; three differences are on purpose: an event with empty data is dropped, a server cannot make a
/// client wait for more than an hour, and an id that no header can carry is dropped.
enum EventsTarget: Target {
    static let name = "events"

    static func feed(_ input: [UInt8]) {
        let cut = Int(input.first ?? 0) + 1
        let stream = Array(input.dropFirst())
        var (whole, pieces) = (EventParser(limit: 1000), EventParser(limit: 1000))
        let atOnce = try? whole.feed(stream)
        var inPieces: [EventParser.Event]? = []
        for start in Swift.stride(from: 0, to: stream.count, by: cut) {
            guard let events = try? pieces.feed(Array(stream[start..<min(start + cut, stream.count)])) else {
                inPieces = nil
                break
            }
            inPieces? += events
        }
        promise(atOnce == inPieces, "cuts change nothing")
        guard let atOnce, stream.count < 1000 else { return }
        promise(whole.resumption == pieces.resumption, "cuts change nothing in what continues the stream")
        let expected = secondOpinion(stream)
        promise(atOnce.map(shortened) == expected.events.map(shortened), "both read the same events")
        promise(whole.resumption == expected.resumption, "both read the same id and the same time to wait")
    }

    /// The event with the beginning of its name, because the reader keeps 64 bytes of it.
    private static func shortened(_ event: EventParser.Event) -> EventParser.Event {
        .init(name: String(String.UnicodeScalarView(event.name.unicodeScalars.prefix(16))), data: event.data)
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func secondOpinion(
        _ stream: [UInt8]
    ) -> (events: [EventParser.Event], resumption: EventParser.Resumption) {
        // The text after the last line end is not a line yet.
        let text = String(
            decoding: stream.starts(with: byteOrderMark) ? stream.dropFirst(3) : stream[...], as: UTF8.self
        )
        .replacingOccurrences(of: "\r\n", with: "\n", options: .literal)
        .replacingOccurrences(of: "\r", with: "\n", options: .literal).unicodeScalars
        var (events, resumption) = ([EventParser.Event](), EventParser.Resumption())
        var (name, data) = ("", [String]())
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.isEmpty {
                let joined = data.joined(separator: "\n")
                if !joined.isEmpty { events.append(.init(name: name.isEmpty ? "message" : name, data: joined)) }
                (name, data) = ("", [])
                continue
            }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            var value = parts.count == 2 ? parts[1] : Substring.UnicodeScalarView()
            if value.first == " " { value = value.dropFirst() }
            switch String(parts[0]) {
            case "data": data.append(String(value))
            case "event": name = String(value)
            case "id" where !value.contains("\0"):
                let isSendable = !value.isEmpty && value.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
                resumption.lastID = isSendable ? String(value) : nil
            case "retry" where !value.isEmpty && value.allSatisfy({ ("0"..."9").contains($0) }):
                resumption.retry = min(Int(String(value)) ?? .max, 3_600_000)
            default: break
            }
        }
        return (events, resumption)
    }
}
