import TestSupport
import Testing

@testable import MCPClient

@Suite("Reading event streams")
struct EventParserTests {
    private static let stream =
        "\u{FEFF}: comment\n\ndata: {\"a\":\ndata:1}\n\nevent: message\r\nid: 7\r\ndata: é🚀\r\n\r\nevent: other\rdata: x\r\rid: 8\ndata:\n\n"
        + "retry: 1500\nunknown: y\ndata\ndata: z\n\n"
    private static let events = [
        EventParser.Event(name: "message", data: "{\"a\":\n1}"), .init(name: "message", data: "é🚀"),
        .init(name: "other", data: "x"), .init(name: "message", data: "\nz"),
    ]

    @Test("The events are the same however the bytes are cut", .proves(.l42), arguments: 1...40)
    func cut(_ size: Int) throws {
        var parser = EventParser(limit: 1000)
        var events: [EventParser.Event] = []
        var rest = Array(Self.stream.utf8)[...]
        while !rest.isEmpty {
            events += try parser.feed(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        #expect(events == Self.events)
        #expect(parser.resumption == .init(lastID: "8", retry: 1500))
    }

    @Test("An event without data is none, and one without its empty line is not finished", .proves(.l42, .l55))
    func unfinished() throws {
        var parser = EventParser(limit: 1000)
        #expect(try parser.feed(Array("id: 1\ndata:\n\ndata: {}\n".utf8)) == [])
        #expect(try parser.feed(Array("\n".utf8)) == [.init(name: "message", data: "{}")])
    }

    @Test(
        "Only digits say how long to wait, and nobody waits for more than an hour",
        arguments: [("-0", nil), ("+7", nil), ("", nil), ("7s", nil), ("007", 7), ("99999999999999999999", 3_600_000)]
            as [(String, Int?)])
    func retry(text: String, expected: Int?) throws {
        var parser = EventParser(limit: 1000)
        _ = try parser.feed(Array("retry: \(text)\n".utf8))
        #expect(parser.resumption.retry == expected)
    }

    @Test("An event that does not end is refused")
    func endless() throws {
        var parser = EventParser(limit: 1000)
        #expect(throws: ClientError.self) { try parser.feed([UInt8](repeating: 0x61, count: 1001)) }
    }
}
