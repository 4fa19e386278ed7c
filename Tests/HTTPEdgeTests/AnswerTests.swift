import NIOCore
import Testing

@testable import HTTPEdge

@Suite("The bytes of an answer")
struct AnswerTests {
    private static func response(_ status: HTTPStatus, _ fields: [(String, String)], _ size: Int) -> HTTPResponse {
        HTTPResponse(status, fields: HTTPFields(fields), body: .bytes([UInt8](repeating: 0x78, count: size)))
    }

    private static func bytes(_ writer: inout ResponseWriter, _ response: HTTPResponse, date: String, closes: Bool)
        -> String?
    {
        writer.start(response, isHTTP10: false, hasBody: true, date: date, closes: closes).map(String.init(buffer:))
    }

    // The cache of one head must never change another answer.
    @Test("An answer is the same whatever answer came before it")
    func sameAgain() throws {
        let (first, second) = ("Sat, 21 Nov 2026 10:00:00 GMT", "Sat, 21 Nov 2026 10:00:01 GMT")
        let plain = Self.response(.ok, [("A", "bc")], 5)
        var changed = plain
        changed.fields.replace("A", "b")
        let answers: [(HTTPResponse, String, Bool)] = [
            (plain, first, false), (plain, first, false), (plain, second, false),
            (Self.response(.notFound, [("A", "bc")], 5), second, false), (changed, second, false),
            (Self.response(.notFound, [("A", "b")], 5), second, false),
            (Self.response(.notFound, [("A", "b")], 12345), second, false),
            (Self.response(.notFound, [("Ab", "")], 5), second, false),
            (Self.response(.noContent, [], 0), second, false),
            (Self.response(.ok, [("A", "b\r\nC: d")], 5), second, false), (plain, second, false), (plain, second, true),
            (Self.response(.ok, [("Large", String(repeating: "y", count: 32 << 10))], 5), second, false),
            (plain, first, false),
        ]
        var writer = ResponseWriter()
        for (response, date, closes) in answers {
            var alone = ResponseWriter()
            let expected = Self.bytes(&alone, response, date: date, closes: closes)
            #expect(Self.bytes(&writer, response, date: date, closes: closes) == expected)
        }
        #expect(
            Self.bytes(&writer, plain, date: first, closes: true)
                == "HTTP/1.1 200 OK\r\nA: bc\r\nDate: \(first)\r\nContent-Length: 5\r\nConnection: close\r\n\r\nxxxxx")
    }
}
