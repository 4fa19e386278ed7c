#if Redis
import NIOCore
import Testing

@testable import StoreRedis

@Suite("The protocol of Redis")
struct RESPTests {
    private func read(_ reader: RESPReader, _ text: String) throws -> [RESPValue] {
        try Array(text.utf8).withUnsafeBytes { try reader.feed($0) }
        var values: [RESPValue] = []
        while let value = try reader.next() { values.append(value) }
        return values
    }

    @Test("Every kind of reply is read")
    func kinds() throws {
        let text =
            "+OK\r\n-ERR no\r\n:-7\r\n$5\r\nhé\r\n\r\n$-1\r\n*3\r\n$1\r\na\r\n*1\r\n:1\r\n$-1\r\n*-1\r\n$0\r\n\r\n"
        #expect(
            try read(RESPReader(), text) == [
                .status("OK"), .error("ERR no"), .integer(-7), .bytes(Array("hé\r\n".utf8)), .null,
                .array([.bytes([UInt8(ascii: "a")]), .array([.integer(1)]), .null]), .null, .bytes([]),
            ])
    }

    @Test("Replies may be split anywhere")
    func fragments() throws {
        let reader = RESPReader()
        var values: [RESPValue] = []
        for character in "*2\r\n$3\r\nabc\r\n:12\r\n+OK\r\n".unicodeScalars {
            values += try read(reader, String(character))
        }
        #expect(values == [.array([.bytes(Array("abc".utf8)), .integer(12)]), .status("OK")])
    }

    @Test(
        "Bytes that are not a reply, or a reply too large, are refused",
        arguments: ["HTTP/1.1 200 OK\r\n", "$999999999\r\n"])
    func malformed(text: String) throws {
        let reader = RESPReader()
        #expect(throws: RESPReader.ProtocolError.self) {
            _ = try read(reader, text)
            for _ in 0..<20 { _ = try read(reader, String(repeating: "x", count: 64 << 10)) }
        }
    }

    // The parser allocates memory for all elements when it has read their number, and walks through it to free it.
    @Test(
        "An array that is too long is refused at its first line",
        arguments: ["*429496799\r\n", "*400000\r\n", "*2\r\n+a\r\n*400000\r\n"])
    func longArray(text: String) {
        #expect(throws: RESPReader.ProtocolError.self) { try read(RESPReader(), text) }
    }

    @Test("Many replies in one packet do not count as one large reply")
    func many() throws {
        let reader = RESPReader()
        let one = "$1000\r\n" + String(repeating: "x", count: 1000) + "\r\n"
        for _ in 0..<4 {
            #expect(try read(reader, String(repeating: one, count: 500)).count == 500)
        }
    }

    @Test("A command is an array of strings with their lengths in bytes")
    func commands() {
        var buffer = ByteBuffer()
        buffer.write(command: Command.plain(["SET", "é", ""]).words([:]))
        #expect(String(buffer: buffer) == "*3\r\n$3\r\nSET\r\n$2\r\né\r\n$0\r\n\r\n")
    }

    @Test("A script is sent by its digest when Redis has it, otherwise as text")
    func scripts() {
        let command = Command.script(.revoke, keys: ["k"], arguments: ["a"])
        #expect(command.words([.revoke: "abc"]) == ["EVALSHA", "abc", "1", "k", "a"])
        #expect(command.words([:]) == ["EVAL", Script.revoke.source, "1", "k", "a"])
    }
}

@Suite("The delay before an attempt to connect")
struct BackoffTests {
    @Test("It is 50 ms at least, 2 s at most, and its bound doubles with each failure")
    func bounds() {
        let bounds = (0...9).map { Backoff.delay(after: $0, chance: 1) }
        #expect(bounds == [100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000, 2000].map(Duration.milliseconds))
        #expect((0...1000).allSatisfy { Backoff.delay(after: $0, chance: 0) == .milliseconds(50) })
        #expect(Backoff.delay(after: 0, chance: 0.5) == .milliseconds(75))
    }
}
#endif
