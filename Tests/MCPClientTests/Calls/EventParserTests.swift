import Testing
import TestSupport

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

    @Test("Events are the same wherever the bytes are split", .proves(.answersAreReadInPieces), arguments: 1...40)
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

    @Test(
        "An event without data, or without its empty line, is not dispatched",
        .proves(.answersAreReadInPieces))
    func unfinished() throws {
        var parser = EventParser(limit: 1000)
        #expect(try parser.feed(Array("id: 1\ndata:\n\ndata: {}\n".utf8)) == [])
        #expect(try parser.feed(Array("\n".utf8)) == [.init(name: "message", data: "{}")])
    }

    @Test(
        "Only digits count as retry, at most an hour",
        arguments: [("-0", nil), ("+7", nil), ("", nil), ("7s", nil), ("007", 7), ("99999999999999999999", 3_600_000)]
            as [(String, Int?)])
    func retry(text: String, expected: Int?) throws {
        var parser = EventParser(limit: 1000)
        _ = try parser.feed(Array("retry: \(text)\n".utf8))
        #expect(parser.resumption.retry == expected)
    }

    @Test(
        "An event that is larger than the limit is refused, whether in one line or in many",
        arguments: [
            String(repeating: "a", count: 1001), "data: " + String(repeating: "a", count: 995),
            String(repeating: "data: \(String(repeating: "a", count: 90))\n", count: 12),
            String(repeating: "data:\n", count: 2000), "event: " + String(repeating: "a", count: 994),
            ": " + String(repeating: "a", count: 999),
        ])
    func endless(text: String) throws {
        var parser = EventParser(limit: 1000)
        #expect(throws: ClientError.self) { try parser.feed(Array(text.utf8)) }
    }

    @Test("The limit is per event, and an event at the limit is dispatched")
    func limit() throws {
        var parser = EventParser(limit: 1000)
        let line = "data: " + String(repeating: "a", count: 994)
        for _ in 0..<5 { #expect(try parser.feed(Array("\(line)\n\n".utf8)).first?.data.utf8.count == 994) }
    }

    @Test(
        "An id with NUL is ignored, and one that no header can carry prevents resuming",
        arguments: [
            ("9\0", "7"), ("\0", "7"), ("", nil), ("9", "9"), ("é", "é"), ("a\u{1}b", nil), ("\u{7F}", nil),
            (String(repeating: "a", count: 4096), String(repeating: "a", count: 4096)),
            (String(repeating: "a", count: 4097), nil),
        ] as [(String, String?)])
    func id(text: String, expected: String?) throws {
        var parser = EventParser(limit: 10_000)
        _ = try parser.feed(Array("id: 7\nid: \(text)\n".utf8))
        #expect(parser.resumption.lastID == expected)
    }
}
